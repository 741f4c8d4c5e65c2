-- The flow of a team's work: one row per project and status date of its backlog. Kanban Guide (2020): work in progress, throughput,
-- cycle time, work item age.
-- narrowed by: project
-- ordered by: items_left desc, project_id
create or replace macro work_item_flow(known_at) as table
    with item as (
        select
            *,
            quantile_cont(cycle_days, 0.85) over (partition by project_id, status_date) as usual_days
        from work_item_time(known_at)
    ),

    counted as (
        select
            project_id,
            status_date,
            cast(count(*) as integer) as items,
            cast(count(case when state = 'done' then 1 end) as integer) as items_done,
            cast(count(case when state = 'dropped' then 1 end) as integer) as items_dropped,
            cast(count(case when state in ('to_do', 'in_progress') then 1 end) as integer) as items_left,
            cast(count(case when state = 'in_progress' then 1 end) as integer) as items_in_progress,
            cast(count(case when state in ('done', 'dropped') and done_on is null then 1 end) as integer) as items_undated,
            sum(case when state in ('to_do', 'in_progress') then points end) as points_left,
            median(cycle_days) as cycle_days_p50,
            max(usual_days) as cycle_days_p85,
            max(age_days) as oldest_age_days,
            cast(count(case when age_days > usual_days then 1 end) as integer) as items_older_than_p85
        from item
        group by project_id, status_date
    ),

    recent as (
        select
            project_id,
            status_date,
            avg(items_done) as done_a_week,
            avg(items_arrived) as arrived_a_week
        from weekly_throughput(known_at)
        where week_end > status_date - 7 * 12
        group by project_id, status_date
    )

    select
        c.project_id,
        c.status_date,
        c.items,
        c.items_done,
        c.items_dropped,
        c.items_left,
        c.items_in_progress,
        c.items_undated,
        c.points_left,
        c.cycle_days_p50,
        c.cycle_days_p85,
        c.oldest_age_days,
        case when c.cycle_days_p85 is not null then c.items_older_than_p85 end as items_older_than_p85,
        r.done_a_week,
        r.arrived_a_week
    from counted as c
    left join recent as r on c.project_id = r.project_id and c.status_date = r.status_date;

create or replace view work_item_flow as select * from work_item_flow(2147483646);

comment on view work_item_flow is 'Backlog, work in progress, throughput and cycle time of each project with work items. Source: Kanban Guide (2020), the four measures of flow.';
comment on column work_item_flow.project_id is 'Project whose backlog it is.';
comment on column work_item_flow.status_date is 'Date the backlog is about.';
comment on column work_item_flow.items is 'Items of the backlog, epics and subtasks not counted.';
comment on column work_item_flow.items_done is 'Items that are done.';
comment on column work_item_flow.items_dropped is 'Items closed without being done.';
comment on column work_item_flow.items_left is 'Items that are not begun or in progress; lower is nearer the end.';
comment on column work_item_flow.items_in_progress is 'Items in progress (WIP); lower is better.';
comment on column work_item_flow.items_undated is 'Items done or dropped at a date that is not known, which no week counts.';
comment on column work_item_flow.points_left is 'Story points of the items left that are estimated; null where none is.';
comment on column work_item_flow.cycle_days_p50 is 'Calendar days within which half of the items done were done once begun; lower is better; null where no begin is known.';
comment on column work_item_flow.cycle_days_p85 is 'Calendar days within which 85% of them were; lower is better; null where no begin is known.';
comment on column work_item_flow.oldest_age_days is 'Age of the oldest item in progress, in calendar days; lower is better; null where none has a known begin.';
comment on column work_item_flow.items_older_than_p85 is 'Items in progress for longer than cycle_days_p85; lower is better; null where that is.';
comment on column work_item_flow.done_a_week is 'Items done a week, mean of the last 12 whole weeks, or of all where there are fewer; higher is better; null without a whole week.';
comment on column work_item_flow.arrived_a_week is 'Items that entered the backlog a week, mean of the same weeks; more than done_a_week means it grows.';
