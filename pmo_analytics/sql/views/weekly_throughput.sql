-- Work items that came, were done and were left in each week: one row per project, status date and week, Monday to Sunday, from the first
-- item to the last whole week before the status date, 260 weeks at most. Kanban Guide (2020): throughput.
-- narrowed by: project
-- ordered by: project_id, week_end
create or replace macro weekly_throughput(known_at) as table
    with moved as (
        select
            project_id,
            status_date,
            least(created_on, started_on, done_on) as moved_on,
            1 as arrived,
            0 as done,
            0 as dropped
        from work_item_time(known_at)
        where state not in ('done', 'dropped') or done_on is not null
        union all
        select
            project_id,
            status_date,
            done_on as moved_on,
            0 as arrived,
            case when state = 'done' then 1 else 0 end as done,
            case when state = 'dropped' then 1 else 0 end as dropped
        from work_item_time(known_at)
        where state in ('done', 'dropped') and done_on is not null
    ),

    -- an item without any date was there before all weeks
    placed as (
        select
            project_id,
            status_date,
            cast(date_trunc('week', moved_on) + interval 6 day as date) as week_end,
            arrived,
            done,
            dropped
        from moved
    ),

    summed as (
        select
            project_id,
            status_date,
            week_end,
            sum(arrived) as arrived,
            sum(done) as done,
            sum(dropped) as dropped
        from placed
        group by project_id, status_date, week_end
    ),

    span as (
        select
            project_id,
            status_date,
            min(week_end) as first_week,
            cast(date_trunc('week', status_date + interval 1 day) - interval 1 day as date) as last_week
        from placed
        where week_end is not null
        group by project_id, status_date
    ),

    week as (
        select
            project_id,
            status_date,
            cast(
                unnest(
                    generate_series(greatest(first_week, last_week - 7 * 259), last_week, interval 7 day)
                ) as date
            ) as week_end
        from span
    ),

    before as (
        select
            s.project_id,
            s.status_date,
            sum(s.arrived - s.done - s.dropped) as left_before
        from summed as s
        inner join span as p on s.project_id = p.project_id and s.status_date = p.status_date
        where s.week_end is null or s.week_end < p.last_week - 7 * 259
        group by s.project_id, s.status_date
    )

    select
        w.project_id,
        w.status_date,
        w.week_end,
        cast(coalesce(s.arrived, 0) as integer) as items_arrived,
        cast(coalesce(s.done, 0) as integer) as items_done,
        cast(coalesce(s.dropped, 0) as integer) as items_dropped,
        cast(
            coalesce(b.left_before, 0)
            + sum(coalesce(s.arrived - s.done - s.dropped, 0))
                over (partition by w.project_id, w.status_date order by w.week_end)
            as integer
        ) as items_left
    from week as w
    left join summed as s on w.project_id = s.project_id and w.status_date = s.status_date and w.week_end = s.week_end
    left join before as b on w.project_id = b.project_id and w.status_date = b.status_date;

create or replace view weekly_throughput as select * from weekly_throughput(2147483646);

comment on view weekly_throughput is 'Work items that came, were done and were left, week by week. Source: Kanban Guide (2020), throughput.';
comment on column weekly_throughput.project_id is 'Project whose backlog it is.';
comment on column weekly_throughput.status_date is 'Date the backlog is about.';
comment on column weekly_throughput.week_end is 'Sunday that ends the week.';
comment on column weekly_throughput.items_arrived is 'Items that entered the backlog in the week, by the first date known of each; one without any was there before.';
comment on column weekly_throughput.items_done is 'Items done in the week (throughput); higher is better.';
comment on column weekly_throughput.items_dropped is 'Items closed in the week without being done.';
comment on column weekly_throughput.items_left is
'Items in the backlog at the end of the week, neither done nor dropped; one done at an unknown date is in no week.';
