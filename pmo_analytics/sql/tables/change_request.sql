-- One row per project and change request.
-- Change control log of the project; a later load replaces what was known of the request.

create table if not exists change_request_history (
    project_id varchar not null,
    change_id varchar not null,
    title varchar,
    raised_on date,
    decided_on date,
    decision varchar,
    cost_effect decimal(18, 2),
    days_effect decimal(12, 2)
);

comment on table change_request_history is 'A request to change the scope, cost or time of a project.';
comment on column change_request_history.project_id is 'Project that would change.';
comment on column change_request_history.change_id is 'Identifier of the request, unique within the project.';
comment on column change_request_history.title is 'What is to change, in a few words.';
comment on column change_request_history.raised_on is 'Date the request was raised.';
comment on column change_request_history.decided_on is 'Date the request was decided; empty while it waits.';
comment on column change_request_history.decision is 'What was decided, such as approved or rejected; empty while it waits.';
comment on column change_request_history.cost_effect is
'Change to the budget if approved, in the project currency; positive costs more.';
comment on column change_request_history.days_effect is 'Change to the finish if approved, in calendar days; positive is later.';
