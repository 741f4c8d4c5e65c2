-- Earned duration: one row per project and status date with a schedule; activities are weighed by days, not by money.
-- Formulas: Khamooshi and Golafshani, EDM: Earned Duration Management (2014). Days are calendar days, first and last counted;
-- activities without baseline dates, summaries, level of effort and milestones are left out.
-- narrowed by: project
-- ordered by: project_id
create or replace macro earned_duration(known_at) as table
    with planned as (
        select
            project_id,
            status_date,
            baseline_start - 1 as opens,
            baseline_finish as closes,
            date_diff('day', baseline_start, baseline_finish) + 1 as days,
            coalesce(cast(percent_complete as double) / 100, case when actual_finish <= status_date then 1 else 0 end) as progress,
            actual_finish
        from activity(known_at)
        where
            baseline_start <= baseline_finish
            and not coalesce(is_summary, false)
            and not coalesce(is_level_of_effort, false)
            and not coalesce(is_milestone, false)
    ),

    total as (
        select
            project_id,
            status_date,
            count(*) as activities,
            min(opens) as opens,
            date_diff('day', min(opens), max(closes)) as baseline_duration,
            sum(greatest(0, least(date_diff('day', opens, status_date), days))) as tpd,
            sum(days * progress) as ted,
            sum(days) as total_days,
            case when min(progress) >= 1 then max(actual_finish) end as finished_on
        from planned
        group by project_id, status_date
    ),

    turn as (
        select
            project_id,
            status_date,
            day,
            sum(change) as change
        from (
            select
                project_id,
                status_date,
                opens as day,
                1 as change
            from planned

            union all

            select
                project_id,
                status_date,
                closes as day,
                -1 as change
            from planned
        ) as edge
        group by project_id, status_date, day
    ),

    sloped as (
        select
            project_id,
            status_date,
            day,
            sum(change) over days as slope,
            lead(day) over days as next_day
        from turn
        window days as (
            partition by project_id, status_date
            order by day
        )
    ),

    climbed as (
        select
            project_id,
            status_date,
            day,
            slope,
            sum(slope * date_diff('day', day, next_day))
                over (partition by project_id, status_date order by day)
            - slope * date_diff('day', day, next_day) as tpd_before,
            slope * date_diff('day', day, next_day) as gain
        from sloped
        where next_day is not null
    ),

    earned as (
        select
            t.project_id,
            t.status_date,
            min(date_diff('day', t.opens, c.day) + (t.ted - c.tpd_before) / nullif(c.slope, 0)) as ed
        from total as t
        inner join climbed as c on t.project_id = c.project_id and t.status_date = c.status_date
        where t.ted > c.tpd_before and t.ted <= c.tpd_before + c.gain + 1e-9
        group by t.project_id, t.status_date
    ),

    timed as (
        select
            t.project_id,
            t.status_date,
            t.activities,
            t.tpd,
            t.ted,
            t.baseline_duration,
            greatest(0, date_diff('day', t.opens, least(t.status_date, coalesce(t.finished_on, t.status_date)))) as days_gone,
            case when t.ted <= 0 then 0 else least(e.ed, t.baseline_duration) end as ed
        from total as t
        left join earned as e on t.project_id = e.project_id and t.status_date = e.status_date
    )

    select
        t.project_id,
        g.status_date,
        t.activities,
        t.tpd,
        t.ted,
        cast(t.ted as double) / nullif(t.tpd, 0) as edi,
        t.ed,
        t.days_gone,
        cast(t.ed as double) / nullif(t.days_gone, 0) as dpi,
        t.baseline_duration,
        cast(t.baseline_duration as double) * nullif(t.days_gone, 0) / nullif(t.ed, 0) as eac_t,
        nullif(concat_ws(
            '; ',
            case when t.tpd = 0 then 'nothing due yet: no EDI' end,
            case when t.days_gone = 0 then 'the baseline has not begun: no DPI' end,
            case when t.ed = 0 then 'nothing earned yet: no EAC(t)' end
        ), '') as reason
    from timed as t
    inner join report_received(known_at) as g
        on g.table_name = 'activity' and t.project_id = g.project_id and t.status_date = g.reported_on and g.is_counted;

create or replace view earned_duration as select * from earned_duration(2147483646);

comment on view earned_duration is 'Schedule performance counted in days of work instead of money. Days are calendar days, first and last counted; only activities with baseline dates, no summaries, level of effort or milestones. Source: Khamooshi and Golafshani, EDM: Earned Duration Management (2014).';
comment on column earned_duration.project_id is 'Project the schedule is of.';
comment on column earned_duration.status_date is 'Data date of the schedule.';
comment on column earned_duration.activities is 'Activities counted; a count.';
comment on column earned_duration.tpd is 'Total planned duration: baseline days due by the status date, summed over the activities; calendar days.';
comment on column earned_duration.ted is 'Total earned duration: baseline days x progress, summed over the activities; calendar days; no progress counts as 0.';
comment on column earned_duration.edi is 'Earned duration index, TED / TPD; 1 is on plan, higher is better; null while nothing is due.';
comment on column earned_duration.ed is 'Earned duration of the project, ED(t): the day of the plan on which TPD first reaches today''s TED; calendar days from the baseline start.';
comment on column earned_duration.days_gone is 'Calendar days from the baseline start to the status date, both counted; stops at the last actual finish once all is done.';
comment on column earned_duration.dpi is 'Duration performance index, ED(t) / AT; 1 is on plan, higher is better; null before the baseline start.';
comment on column earned_duration.baseline_duration is 'Baseline planned duration (BPD) of the project; calendar days, first and last counted.';
comment on column earned_duration.eac_t is 'Estimated duration at completion, BPD / DPI; calendar days, lower is better; null while nothing is earned.';
comment on column earned_duration.reason is 'Why figures of the row are null, in words; null where there is nothing to say.';
