create table if not exists dependency_history (
    project_id varchar not null,
    depends_on_project_id varchar not null,
    kind varchar check (kind in ('finish_to_start', 'requires', 'excludes')),
    lag_days decimal(12, 2),
    milestone_id varchar
);
