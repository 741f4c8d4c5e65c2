-- One row per project and project it depends on.
-- Dependencies between projects, from the project managers or the PMO.

create table if not exists dependency_history (
    project_id varchar not null,
    depends_on_project_id varchar not null,
    kind varchar check (kind in ('finish_to_start', 'requires', 'excludes')),
    lag_days decimal(12, 2),
    milestone_id varchar
);

comment on table dependency_history is 'A dependency of a project on another one.';
comment on column dependency_history.project_id is 'Project that depends on the other.';
comment on column dependency_history.depends_on_project_id is 'Project it depends on.';
comment on column dependency_history.kind is
'finish_to_start: waits for the other; requires: worthless without it; excludes: only one of the two can run.';
comment on column dependency_history.lag_days is
'Wait after the other project or its milestone is finished, in calendar days; negative may overlap.';
comment on column dependency_history.milestone_id is 'Milestone of the other project that is waited for; empty means its finish.';
