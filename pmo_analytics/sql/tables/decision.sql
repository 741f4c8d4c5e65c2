-- One row per decision.
-- Decision log of the boards; a later load of the same decision replaces what was known of it.

create table if not exists decision_history (
    decision_id varchar not null,
    project_id varchar,
    title varchar,
    asked_on date,
    needed_by date,
    decided_on date,
    decided_by varchar,
    outcome varchar,
    authority varchar
);

comment on table decision_history is 'A decision that a board or a sponsor was asked to take.';
comment on column decision_history.decision_id is 'Identifier of the decision, unique across the portfolio.';
comment on column decision_history.project_id is 'Project the decision is about; empty for one about the portfolio.';
comment on column decision_history.title is 'What is to be decided, in a few words.';
comment on column decision_history.asked_on is 'Date the decision was asked for.';
comment on column decision_history.needed_by is 'Date after which a missing decision delays the work.';
comment on column decision_history.decided_on is 'Date the decision was taken; empty while it waits.';
comment on column decision_history.decided_by is 'Person or board that took the decision.';
comment on column decision_history.outcome is 'What was decided, in words; empty while it waits.';
comment on column decision_history.authority is 'Person or board with the authority to decide.';
