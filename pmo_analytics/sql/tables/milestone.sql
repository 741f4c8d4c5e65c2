create table if not exists milestone_history (
    project_id varchar not null,
    milestone_id varchar not null,
    status_date date not null,
    name varchar,
    kind varchar check (kind in ('milestone', 'gate')),
    baseline_date date,
    forecast_date date,
    actual_date date
);
