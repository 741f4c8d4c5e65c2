create table if not exists control_result_history (
    project_id varchar not null,
    control_id varchar not null,
    status_date date not null,
    result varchar check (result in ('met', 'partly', 'not_met', 'not_applicable')),
    evidence varchar
);
