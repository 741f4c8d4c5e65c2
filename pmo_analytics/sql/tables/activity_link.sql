-- One row per project, pair of activities, kind of link and status date.
-- Logic of the project schedule (precedence diagramming), as its planner reported it.

create table if not exists activity_link_history (
    project_id varchar not null,
    predecessor_id varchar not null,
    successor_id varchar not null,
    kind varchar not null check (kind in ('FS', 'SS', 'FF', 'SF')),
    status_date date not null,
    lag_days decimal(12, 2)
);

comment on table activity_link_history is 'A logical link between two activities of a project schedule.';
comment on column activity_link_history.project_id is 'Project both activities belong to.';
comment on column activity_link_history.predecessor_id is 'Activity that drives the link.';
comment on column activity_link_history.successor_id is 'Activity that is driven by the link.';
comment on column activity_link_history.kind is
'Kind of link: FS finish to start, SS start to start, FF finish to finish, SF start to finish.';
comment on column activity_link_history.status_date is 'Data date of the schedule that holds the link.';
comment on column activity_link_history.lag_days is
'Wait between the two activities, in working days; negative is a lead, empty counts as 0.';
