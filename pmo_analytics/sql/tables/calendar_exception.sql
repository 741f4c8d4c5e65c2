create table if not exists calendar_exception_history (
    project_id varchar not null,
    calendar_id varchar not null,
    date date not null,
    hours decimal(12, 2)
);
