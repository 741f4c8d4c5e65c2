create table if not exists tolerance_history (
    project_id varchar not null,
    stage varchar not null,
    cost_pct decimal(9, 4),
    days decimal(12, 2),
    scope varchar,
    quality varchar,
    benefits_pct decimal(9, 4),
    risk varchar,
    sustainability varchar
);
