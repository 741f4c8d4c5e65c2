create table if not exists activity_resource_history (
    project_id varchar not null,
    activity_id varchar not null,
    role_id varchar not null,
    status_date date not null,
    units decimal(12, 4),
    work_hours decimal(12, 2),
    cost decimal(18, 2)
);
