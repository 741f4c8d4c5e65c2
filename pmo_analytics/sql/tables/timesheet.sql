create table if not exists timesheet_history (
    person_id varchar not null,
    project_id varchar not null,
    role_id varchar not null,
    month date not null,
    fte decimal(12, 4)
);
