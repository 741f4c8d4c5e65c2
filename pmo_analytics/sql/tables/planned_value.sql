create table if not exists planned_value_history (
    project_id varchar not null,
    baseline_no integer not null,
    period_end date not null,
    pv decimal(18, 2)
);
