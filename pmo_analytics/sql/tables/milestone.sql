-- One row per project, milestone and status date.
-- Milestone plan of the project manager, as reported at each status date.

create table if not exists milestone_history (
    project_id varchar not null,
    milestone_id varchar not null,
    status_date date not null,
    name varchar,
    kind varchar check (kind in ('milestone', 'gate')),
    baseline_date date,
    forecast_date date,
    actual_date date
);

comment on table milestone_history is 'A milestone of a project as it was reported at a status date.';
comment on column milestone_history.project_id is 'Project the milestone belongs to.';
comment on column milestone_history.milestone_id is
'Identifier of the milestone, unique within the project and the same in every report.';
comment on column milestone_history.status_date is 'Date the report is about.';
comment on column milestone_history.name is 'What the milestone is called.';
comment on column milestone_history.kind is 'Kind of milestone: milestone, or gate for a stage gate.';
comment on column milestone_history.baseline_date is 'Date in the approved baseline; empty if the milestone was not baselined.';
comment on column milestone_history.forecast_date is 'Date the project manager now expects the milestone.';
comment on column milestone_history.actual_date is 'Date the milestone was reached; empty while it was not.';
