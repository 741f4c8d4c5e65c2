-- One row per project, schedule activity and status date.
-- Project schedule as its planner reported it, from a scheduling tool or a sheet.

create table if not exists activity_history (
    project_id varchar not null,
    activity_id varchar not null,
    status_date date not null,
    wbs varchar,
    name varchar,
    duration_days decimal(12, 2),
    remaining_days decimal(12, 2),
    percent_complete decimal(9, 4) check (percent_complete between 0 and 100),
    baseline_start date,
    baseline_finish date,
    start date,
    finish date,
    actual_start date,
    actual_finish date,
    total_float_days decimal(12, 2),
    constraint_kind varchar,
    constraint_date date,
    is_milestone boolean,
    is_summary boolean,
    is_level_of_effort boolean,
    optimistic_days decimal(12, 2),
    most_likely_days decimal(12, 2),
    pessimistic_days decimal(12, 2),
    cost decimal(18, 2)
);

comment on table activity_history is 'A schedule activity as it stood at a status date.';
comment on column activity_history.project_id is 'Project the activity belongs to.';
comment on column activity_history.activity_id is 'Identifier of the activity, unique within the project.';
comment on column activity_history.status_date is 'Data date of the schedule: work before it is done, work after it is forecast.';
comment on column activity_history.wbs is 'Work breakdown structure code that places the activity, such as 1.2.3.';
comment on column activity_history.name is 'What the activity is called.';
comment on column activity_history.duration_days is
'Full duration of the activity as now planned, in working days of its calendar.';
comment on column activity_history.remaining_days is
'Duration still to be worked after the status date, in working days; 0 when finished.';
comment on column activity_history.percent_complete is 'Progress of the activity at the status date, 0 to 100.';
comment on column activity_history.baseline_start is 'Start in the approved baseline; empty if the activity was not baselined.';
comment on column activity_history.baseline_finish is 'Finish in the approved baseline; empty if the activity was not baselined.';
comment on column activity_history.start is 'Start as now scheduled, or the actual start once the activity has begun.';
comment on column activity_history.finish is 'Finish as now scheduled, or the actual finish once the activity is done.';
comment on column activity_history.actual_start is 'Date work began; empty while it has not begun.';
comment on column activity_history.actual_finish is 'Date work ended; empty while it is not finished.';
comment on column activity_history.total_float_days is
'Days the activity can slip before it delays the finish of the project; negative means already late.';
comment on column activity_history.constraint_kind is
'Date constraint set on the activity, such as must_start_on or finish_no_later_than, or in the words of its scheduling tool; empty for none.';
comment on column activity_history.constraint_date is 'Date that the constraint refers to; empty if it has none.';
comment on column activity_history.is_milestone is 'True for an activity without duration that marks an event.';
comment on column activity_history.is_summary is 'True for a heading that only sums up the activities below it.';
comment on column activity_history.is_level_of_effort is 'True for support work whose length follows that of other activities.';
comment on column activity_history.optimistic_days is 'Shortest credible duration, in working days, for a three-point estimate.';
comment on column activity_history.most_likely_days is 'Most likely duration, in working days, for a three-point estimate.';
comment on column activity_history.pessimistic_days is 'Longest credible duration, in working days, for a three-point estimate.';
comment on column activity_history.cost is 'Budgeted cost of the whole activity, in the project currency.';
