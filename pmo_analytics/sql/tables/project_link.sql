create table if not exists project_link_history (
    project_id varchar not null,
    status_date date not null,
    source_id varchar not null,
    source_name varchar,
    method varchar,
    confidence decimal(9, 6)
);
