create table if not exists gate_review_history (
    project_id varchar not null,
    gate varchar not null,
    planned_on date,
    held_on date,
    outcome varchar check (outcome in ('pass', 'conditional', 'fail')),
    conditions_open integer
);
