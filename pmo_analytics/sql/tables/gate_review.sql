-- One row per project and gate.
-- Stage gate reviews, from the PMO or the assurance team.

create table if not exists gate_review_history (
    project_id varchar not null,
    gate varchar not null,
    planned_on date,
    held_on date,
    outcome varchar check (outcome in ('pass', 'conditional', 'fail')),
    conditions_open integer check (conditions_open >= 0)
);

comment on table gate_review_history is 'A gate review of a project and its outcome.';
comment on column gate_review_history.project_id is 'Project under review.';
comment on column gate_review_history.gate is 'Gate that is reviewed, such as 3 or investment decision.';
comment on column gate_review_history.planned_on is 'Date the review is planned for.';
comment on column gate_review_history.held_on is 'Date the review was held; empty while it was not.';
comment on column gate_review_history.outcome is
'Outcome: pass, conditional (pass with conditions) or fail; empty while not decided.';
comment on column gate_review_history.conditions_open is 'Number of conditions of the review that are not yet met.';
