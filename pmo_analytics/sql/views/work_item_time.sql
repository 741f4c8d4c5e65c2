-- How long each work item took, or has been worked on: one row per project, item and status date. Epics and subtasks are left out,
-- since they would be counted with the items they hold or are part of. Kanban Guide (2020): cycle time, work item age.
-- narrowed by: project
-- ordered by: age_days desc nulls last, project_id, item_id
create or replace macro work_item_time(known_at) as table
    with counted as (
        select
            w.project_id,
            w.item_id,
            r.status_date,
            w.name as item_name,
            w.kind,
            w.status,
            w.owner,
            w.sprint,
            w.points,
            w.created_on,
            w.started_on,
            w.done_on,
            coalesce(
                w.state,
                case when w.done_on is not null then 'done' when w.started_on is not null then 'in_progress' else 'to_do' end
            ) as state
        from work_item(known_at) as w
        inner join report_received(known_at) as r
            on r.table_name = 'work_item' and w.project_id = r.project_id and w.status_date = r.reported_on and r.is_counted
        where coalesce(w.level, 'item') = 'item'
    )

    select
        project_id,
        item_id,
        status_date,
        item_name,
        kind,
        state,
        status,
        owner,
        sprint,
        points,
        created_on,
        started_on,
        case when state in ('done', 'dropped') then done_on end as done_on,
        case when state = 'done' and done_on >= started_on then date_diff('day', started_on, done_on) + 1 end as cycle_days,
        case when state = 'in_progress' and started_on <= status_date then date_diff('day', started_on, status_date) + 1 end as age_days
    from counted;

create or replace view work_item_time as select * from work_item_time(2147483646);

comment on view work_item_time is 'Cycle time of each work item that is done and age of each in progress. Source: Kanban Guide (2020), cycle time and work item age.';
comment on column work_item_time.project_id is 'Project the item belongs to.';
comment on column work_item_time.item_id is 'Identifier of the item.';
comment on column work_item_time.status_date is 'Date the backlog is about.';
comment on column work_item_time.item_name is 'What the item is about.';
comment on column work_item_time.kind is 'Type of the item in the words of the team.';
comment on column work_item_time.state is 'to_do, in_progress, done or dropped, as stated; where not stated, as its dates show.';
comment on column work_item_time.status is 'State in the words of the team''s board.';
comment on column work_item_time.owner is 'Person it is assigned to; null where nobody is.';
comment on column work_item_time.sprint is 'Sprint it is in or was in last.';
comment on column work_item_time.points is 'Size in story points; null where not estimated.';
comment on column work_item_time.created_on is 'Date it entered the backlog; null where not known.';
comment on column work_item_time.started_on is 'Date work on it first began; null where it has not, or where not known.';
comment on column work_item_time.done_on is 'Date it was done or dropped; null while it is open, or where not known.';
comment on column work_item_time.cycle_days is
'Calendar days from begun to done, both days counted, of an item that is done; lower is better; null where a date is not known or they contradict each other.';
comment on column work_item_time.age_days is
'Calendar days from begun to the status date, both counted, of an item in progress; lower is better; null where its begin is not known.';
