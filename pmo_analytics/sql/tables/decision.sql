create table if not exists decision_history (
    decision_id varchar not null,
    project_id varchar,
    title varchar,
    asked_on date,
    needed_by date,
    decided_on date,
    decided_by varchar,
    outcome varchar,
    authority varchar
);
