-- One row per project, control and status date.
-- Findings of assurance or of a self-assessment.

create table if not exists control_result_history (
    project_id varchar not null,
    control_id varchar not null,
    status_date date not null,
    result varchar check (result in ('met', 'partly', 'not_met', 'not_applicable')),
    evidence varchar
);

comment on table control_result_history is 'How far a project met a control at a status date.';
comment on column control_result_history.project_id is 'Project that was assessed.';
comment on column control_result_history.control_id is 'Control it was assessed against, as in the control table.';
comment on column control_result_history.status_date is 'Date the finding is about.';
comment on column control_result_history.result is 'Finding: met, partly, not_met or not_applicable; empty means not assessed.';
comment on column control_result_history.evidence is 'What the finding rests on, such as a document or a link.';
