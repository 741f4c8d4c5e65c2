create table if not exists demand_history (
    project_id varchar not null,
    role_id varchar not null,
    month date not null,
    fte decimal(12, 4),
    confidence varchar check (confidence in ('forecast', 'confirmed'))
);
