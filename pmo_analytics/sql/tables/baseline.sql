create table if not exists baseline_history (
    project_id varchar not null,
    baseline_no integer not null,
    approved_on date,
    start date,
    finish date,
    bac decimal(18, 2),
    reason varchar,
    approved_by varchar
);
