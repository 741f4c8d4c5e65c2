create table if not exists withheld_history (
    project_id varchar not null,
    status_date date not null,
    column_name varchar not null,
    reason varchar
);
