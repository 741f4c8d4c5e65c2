-- What changed in each schedule since its report before: one row per project, status date and activity or link that is not as it
-- was. Headings are not counted, as they follow the activities below them. Links are compared where both reports have some.
-- Source: forensic comparison of updates (AACE International, RP 29R-03, Forensic Schedule Analysis, 2011).
-- narrowed by: project
-- ordered by: project_id, item, activity_id, predecessor_id, link_kind
create or replace macro schedule_change(known_at) as table
    with schedule as (
        select
            project_id,
            status_date,
            activity_id,
            name,
            start,
            finish,
            duration_days
        from activity(known_at)
        where not coalesce(is_summary, false)
    ),

    report as (
        select
            project_id,
            status_date,
            lag(status_date) over (partition by project_id order by status_date) as previous_date
        from (
            select distinct
                project_id,
                status_date
            from schedule
        ) as snapshot
    ),

    side as (
        select
            project_id,
            status_date,
            status_date as stated_on,
            true as is_now
        from report
        where previous_date is not null

        union all

        select
            project_id,
            status_date,
            previous_date as stated_on,
            false as is_now
        from report
        where previous_date is not null
    ),

    activity_pair as (
        select
            r.project_id,
            r.status_date,
            s.activity_id,
            coalesce(max(case when r.is_now then s.name end), max(s.name)) as name,
            bool_or(r.is_now) as is_now,
            bool_or(not r.is_now) as was_before,
            max(case when not r.is_now then s.start end) as previous_start,
            max(case when r.is_now then s.start end) as start,
            max(case when not r.is_now then s.finish end) as previous_finish,
            max(case when r.is_now then s.finish end) as finish,
            max(case when not r.is_now then s.duration_days end) as previous_duration_days,
            max(case when r.is_now then s.duration_days end) as duration_days
        from side as r
        inner join schedule as s on r.project_id = s.project_id and r.stated_on = s.status_date
        group by r.project_id, r.status_date, s.activity_id
    ),

    link_pair as (
        select
            r.project_id,
            r.status_date,
            k.predecessor_id,
            k.successor_id,
            k.kind,
            bool_or(r.is_now) as is_now,
            bool_or(not r.is_now) as was_before,
            max(case when not r.is_now then coalesce(k.lag_days, 0) end) as previous_lag_days,
            max(case when r.is_now then coalesce(k.lag_days, 0) end) as lag_days,
            bool_or(bool_or(r.is_now)) over (partition by r.project_id, r.status_date)
            and bool_or(bool_or(not r.is_now)) over (partition by r.project_id, r.status_date) as is_compared
        from side as r
        inner join activity_link(known_at) as k on r.project_id = k.project_id and r.stated_on = k.status_date
        group by r.project_id, r.status_date, k.predecessor_id, k.successor_id, k.kind
    ),

    changed as (
        select
            project_id,
            status_date,
            'activity' as item,
            activity_id,
            null as predecessor_id,
            null as link_kind,
            name,
            case
                when not was_before then 'added'
                when not is_now then 'removed'
                when concat(start, ' ', finish) <> concat(previous_start, ' ', previous_finish) then 'moved'
                when concat(duration_days) <> concat(previous_duration_days) then 'duration'
            end as change,
            previous_start,
            start,
            previous_finish,
            finish,
            previous_duration_days,
            duration_days,
            null as previous_lag_days,
            null as lag_days
        from activity_pair

        union all

        select
            project_id,
            status_date,
            'link' as item,
            successor_id as activity_id,
            predecessor_id,
            kind as link_kind,
            null as name,
            case
                when not was_before then 'added'
                when not is_now then 'removed'
                when lag_days <> previous_lag_days then 'lag'
            end as change,
            null as previous_start,
            null as start,
            null as previous_finish,
            null as finish,
            null as previous_duration_days,
            null as duration_days,
            previous_lag_days,
            lag_days
        from link_pair
        where is_compared
    )

    select
        p.portfolio_id,
        p.business_unit,
        c.project_id,
        g.status_date,
        r.previous_date,
        c.item,
        c.activity_id,
        c.predecessor_id,
        c.link_kind,
        c.name,
        c.change,
        c.previous_start,
        c.start,
        c.previous_finish,
        c.finish,
        date_diff('day', c.previous_start, c.start) as start_moved_days,
        date_diff('day', c.previous_finish, c.finish) as finish_moved_days,
        c.previous_duration_days,
        c.duration_days,
        c.previous_lag_days,
        c.lag_days
    from changed as c
    inner join report as r on c.project_id = r.project_id and c.status_date = r.status_date
    inner join report_received(known_at) as g
        on g.table_name = 'activity' and c.project_id = g.project_id and c.status_date = g.reported_on and g.is_counted
    inner join project_then(known_at) as p on c.project_id = p.project_id and g.status_date = p.status_date
    where c.change is not null;

create or replace view schedule_change as select * from schedule_change(2147483646);

comment on view schedule_change is 'What changed in each schedule since its report before: activities added, removed and moved, durations, and links added, removed or given another lag. Source: forensic comparison of updates (AACE International, RP 29R-03, 2011).';
comment on column schedule_change.portfolio_id is 'Portfolio the project belongs to.';
comment on column schedule_change.business_unit is 'Business unit that owns the project.';
comment on column schedule_change.project_id is 'Project the schedule is of.';
comment on column schedule_change.status_date is 'Date the report is about.';
comment on column schedule_change.previous_date is 'Data date of the schedule before, with which it is compared.';
comment on column schedule_change.item is 'What changed: activity or link.';
comment on column schedule_change.activity_id is 'Activity that changed; of a link, the one that is driven.';
comment on column schedule_change.predecessor_id is 'Activity that drives the link; null for an activity.';
comment on column schedule_change.link_kind is 'Kind of link: FS, SS, FF or SF; null for an activity.';
comment on column schedule_change.name is 'What the activity is called; null for a link.';
comment on column schedule_change.change is 'added, removed; moved, where start or finish is another; duration, where only that is another; lag, of a link.';
comment on column schedule_change.previous_start is 'Start in the report before; null where the activity was not in it.';
comment on column schedule_change.start is 'Start now; null where the activity is no longer in the schedule.';
comment on column schedule_change.previous_finish is 'Finish in the report before; null where the activity was not in it.';
comment on column schedule_change.finish is 'Finish now; null where the activity is no longer in the schedule.';
comment on column schedule_change.start_moved_days is 'start - previous_start, calendar days; positive is later; null unless both are known.';
comment on column schedule_change.finish_moved_days is 'finish - previous_finish, calendar days; positive is later; null unless both are known.';
comment on column schedule_change.previous_duration_days is 'Duration in the report before, working days.';
comment on column schedule_change.duration_days is 'Duration now, working days.';
comment on column schedule_change.previous_lag_days is 'Lag of the link in the report before, working days; null for an activity or an added link.';
comment on column schedule_change.lag_days is 'Lag of the link now, working days; null for an activity or a removed link.';
