-- One row per project, activity, role and status date.
-- Resource loading of the project schedule, as its planner reported it.

create table if not exists activity_resource_history (
    project_id varchar not null,
    activity_id varchar not null,
    role_id varchar not null,
    status_date date not null,
    units decimal(12, 4) check (units >= 0),
    work_hours decimal(12, 2) check (work_hours >= 0),
    cost decimal(18, 2)
);

comment on table activity_resource_history is 'A role assigned to a schedule activity.';
comment on column activity_resource_history.project_id is 'Project the activity belongs to.';
comment on column activity_resource_history.activity_id is 'Activity the role works on.';
comment on column activity_resource_history.role_id is 'Role that is assigned, as in the role table.';
comment on column activity_resource_history.status_date is 'Data date of the schedule that holds the assignment.';
comment on column activity_resource_history.units is
'How many full-time people of the role work on it at once; 1 is one person full time, 0.5 half time.';
comment on column activity_resource_history.work_hours is 'Total effort of the assignment, in hours.';
comment on column activity_resource_history.cost is 'Budgeted cost of the assignment, in the project currency.';
