-- One row per action that somebody has agreed to do.
-- Action log of the PMO; a later load of the same action replaces what was known of it.

create table if not exists action_history (
    action_id varchar not null,
    project_id varchar,
    decision_id varchar,
    title varchar,
    owner varchar,
    due_on date,
    done_on date
);

comment on table action_history is 'An agreed action, with its owner and when it is due.';
comment on column action_history.action_id is 'Identifier of the action, unique across the portfolio.';
comment on column action_history.project_id is 'Project the action belongs to; empty for an action of the PMO or the portfolio.';
comment on column action_history.decision_id is 'Decision that the action carries out; empty if it follows from none.';
comment on column action_history.title is 'What is to be done, in a few words.';
comment on column action_history.owner is 'Person who answers for the action.';
comment on column action_history.due_on is 'Date by which the action must be done.';
comment on column action_history.done_on is 'Date the action was completed; empty while it is open.';
