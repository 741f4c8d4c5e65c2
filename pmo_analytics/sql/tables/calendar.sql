create table if not exists calendar_history (
    project_id varchar not null,
    calendar_id varchar not null,
    weekday varchar not null,
    hours decimal(12, 2)
);
