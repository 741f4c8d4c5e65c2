create table if not exists issue_history (
    project_id varchar not null,
    issue_id varchar not null,
    status_date date not null,
    title varchar,
    severity varchar,
    owner varchar,
    raised_on date,
    due_on date,
    closed_on date
);
