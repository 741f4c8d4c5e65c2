-- One row per project, issue and status date.
-- Issue register of the project manager.

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

comment on table issue_history is 'An issue of a project as it stood at a status date.';
comment on column issue_history.project_id is 'Project that has the issue.';
comment on column issue_history.issue_id is 'Identifier of the issue, unique within the project.';
comment on column issue_history.status_date is 'Date the register is about.';
comment on column issue_history.title is 'What the issue is, in a few words.';
comment on column issue_history.severity is 'How serious the issue is, on the scale of the project.';
comment on column issue_history.owner is 'Person who answers for resolving the issue.';
comment on column issue_history.raised_on is 'Date the issue was raised.';
comment on column issue_history.due_on is 'Date by which the issue is to be resolved.';
comment on column issue_history.closed_on is 'Date the issue was resolved; empty while it is open.';
