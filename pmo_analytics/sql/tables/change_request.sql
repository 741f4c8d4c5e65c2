create table if not exists change_request_history (
    project_id varchar not null,
    change_id varchar not null,
    title varchar,
    raised_on date,
    decided_on date,
    decision varchar,
    cost_effect decimal(18, 2),
    days_effect decimal(12, 2)
);
