-- Earned schedule: one row per report; times are in periods of the plan in force, PV being 0 at the baseline start.
-- Formulas: Lipke, Schedule is Different (2003); PMI, The Standard for Earned Value Management (2019). On a flat stretch of
-- the plan the earliest time counts. One clock measures work and time: a day within a period is the same part of it for ES, AT
-- and dates. The clock stops at the first report of an unbroken run with all work earned.
-- narrowed by: project
-- ordered by: project_id
create or replace macro earned_schedule(known_at) as table
    with plan as (
        select
            project_id,
            status_date,
            reported_on,
            baseline_no,
            baseline_start,
            period_no,
            opens,
            period_end,
            pv,
            lag(pv, 1, 0) over (partition by project_id, status_date order by period_no) as pv_before,
            lag(period_end) over (partition by project_id, status_date order by period_no) as end_before,
            period_no = count(*) over (partition by project_id, status_date) and period_no > 2 as is_last
        from plan_in_force(known_at)
    ),

    spaced as (
        select
            project_id,
            status_date,
            max(baseline_no) as baseline_no,
            max(baseline_start) as baseline_start,
            max(period_no) as periods,
            min(period_end) as first_end,
            max(period_end) as last_end,
            max(pv) as pv_total,
            max(reported_on) as reported_on,
            sum(
                case
                    when period_end <= reported_on then 1
                    when opens < reported_on
                        then cast(date_diff('day', opens, reported_on) as double) / date_diff('day', opens, period_end)
                    else 0
                end
            ) as periods_gone,
            coalesce(
                median(case when not is_last then date_diff('day', end_before, period_end) end),
                max(date_diff('day', opens, period_end))
            ) as step_days,
            case
                when
                    min(case when not is_last then date_diff('month', end_before, period_end) end) = max(case when not is_last then date_diff('month', end_before, period_end) end)
                    and min(case when not is_last then date_diff('day', end_before, period_end) end)
                    >= 28 * min(case when not is_last then date_diff('month', end_before, period_end) end)
                    then nullif(min(case when not is_last then date_diff('month', end_before, period_end) end), 0)
            end as step_months
        from plan
        group by project_id, status_date
    ),

    stepped as (
        select
            project_id,
            status_date,
            reported_on,
            periods,
            last_end,
            step_days,
            step_months,
            cast(floor((
                date_diff('month', last_end, reported_on)
                - case when day(reported_on) < day(last_end) and reported_on <> last_day(reported_on) then 1 else 0 end
            ) / step_months) as integer) as steps
        from spaced
        where reported_on > last_end
    ),

    stepping as (
        select
            project_id,
            status_date,
            case
                when last_end = last_day(last_end) then last_day(cast(last_end + to_months(steps * step_months) as date))
                else cast(last_end + to_months(steps * step_months) as date)
            end as step_opens,
            case
                when last_end = last_day(last_end) then last_day(cast(last_end + to_months((steps + 1) * step_months) as date))
                else cast(last_end + to_months((steps + 1) * step_months) as date)
            end as step_ends
        from stepped
        where step_months is not null
    ),

    overrun as (
        select
            s.project_id,
            s.status_date,
            s.periods
            + case
                when s.step_months is not null
                    then
                        s.steps
                        + cast(date_diff('day', t.step_opens, s.reported_on) as double)
                        / date_diff('day', t.step_opens, t.step_ends)
                else cast(date_diff('day', s.last_end, s.reported_on) as double) / nullif(s.step_days, 0)
            end as periods_gone
        from stepped as s
        left join stepping as t on s.project_id = t.project_id and s.status_date = t.status_date
    ),

    measured as (
        select
            e.portfolio_id,
            e.business_unit,
            e.project_id,
            e.name,
            e.status_date,
            e.bac,
            e.ev,
            lag(e.ev) over (partition by e.project_id order by e.status_date) as ev_before,
            s.baseline_no,
            s.baseline_start,
            s.periods,
            s.first_end,
            s.last_end,
            s.pv_total,
            s.step_days,
            s.step_months,
            coalesce(o.periods_gone, s.periods_gone) as periods_gone,
            coalesce(e.ev > 0 and e.ev >= coalesce(e.bac, s.pv_total), false) as is_complete
        from earned_value(known_at) as e
        left join spaced as s on e.project_id = s.project_id and e.status_date = s.status_date
        left join overrun as o on e.project_id = o.project_id and e.status_date = o.status_date
    ),

    marked as (
        select
            m.project_id,
            m.status_date,
            min(case when p.pv >= m.pv_total then p.period_no end) as planned_duration,
            min(case when p.pv >= m.ev then p.period_no end) as reached_in
        from measured as m
        inner join plan as p on m.project_id = p.project_id and m.status_date = p.status_date
        group by m.project_id, m.status_date
    ),

    run as (
        select
            project_id,
            status_date,
            periods_gone,
            is_complete,
            max(case when not is_complete then status_date end) over (partition by project_id order by status_date)
                as last_open
        from measured
    ),

    clock as (
        select
            project_id,
            status_date,
            case
                when is_complete then min(periods_gone) over (partition by project_id, last_open, is_complete)
                else periods_gone
            end as actual_time
        from run
    ),

    earned as (
        select
            m.project_id,
            m.status_date,
            cast(d.planned_duration as double) as planned_duration,
            cast(c.actual_time as double) as actual_time,
            case
                when m.ev <= 0 then 0
                when m.ev >= m.pv_total or m.ev >= m.bac then cast(d.planned_duration as double)
                else p.period_no - 1 + cast(m.ev - p.pv_before as double) / nullif(p.pv - p.pv_before, 0)
            end as es
        from measured as m
        inner join marked as d on m.project_id = d.project_id and m.status_date = d.status_date
        inner join clock as c on m.project_id = c.project_id and m.status_date = c.status_date
        left join plan as p
            on m.project_id = p.project_id and m.status_date = p.status_date and d.reached_in = p.period_no
    ),

    indexed as (
        select
            project_id,
            status_date,
            planned_duration,
            actual_time,
            es,
            es / nullif(actual_time, 0) as spi_t,
            planned_duration * nullif(actual_time, 0) / nullif(es, 0) as ieac_t
        from earned
    ),

    landing as (
        select
            i.project_id,
            i.status_date,
            i.ieac_t - floor(i.ieac_t) as part,
            n.ahead,
            case
                when floor(i.ieac_t) + n.ahead > m.periods and m.step_months is not null
                    then case
                        when m.last_end = last_day(m.last_end)
                            then last_day(cast(
                                m.last_end
                                + to_months(cast((floor(i.ieac_t) + n.ahead - m.periods) * m.step_months as integer)) as date
                            ))
                        else cast(
                            m.last_end
                            + to_months(cast((floor(i.ieac_t) + n.ahead - m.periods) * m.step_months as integer)) as date
                        )
                    end
                when floor(i.ieac_t) + n.ahead > m.periods
                    then m.last_end + cast(round((floor(i.ieac_t) + n.ahead - m.periods) * m.step_days) as integer)
                when floor(i.ieac_t) + n.ahead = 0
                    then coalesce(m.baseline_start - 1, m.first_end - cast(round(m.step_days) as integer))
                else p.period_end
            end as ends
        from indexed as i
        inner join measured as m on i.project_id = m.project_id and i.status_date = m.status_date
        cross join (values (0), (1)) as n (ahead)
        left join plan as p
            on i.project_id = p.project_id and i.status_date = p.status_date and floor(i.ieac_t) + n.ahead = p.period_no
        where i.ieac_t <= 10 * i.planned_duration
    ),

    finish as (
        select
            project_id,
            status_date,
            min(ends) + cast(round(max(part) * date_diff('day', min(ends), max(ends))) as integer) as forecast_finish
        from landing
        group by project_id, status_date
    )

    select
        m.portfolio_id,
        m.business_unit,
        m.project_id,
        m.name,
        m.status_date,
        m.baseline_no,
        i.es,
        i.actual_time,
        i.es - i.actual_time as sv_t,
        i.spi_t,
        i.planned_duration,
        i.ieac_t,
        f.forecast_finish,
        case when i.es < i.planned_duration then (i.planned_duration - i.es) / nullif(i.planned_duration - i.actual_time, 0) end
            as tspi,
        nullif(concat_ws(
            '; ',
            case when m.ev is null then 'no earned value reported' end,
            case when m.pv_total is null then 'no planned value curve loaded' end,
            case when m.pv_total = 0 then 'the curve plans no work' end,
            case when m.pv_total < m.bac then 'the curve ends below the budget at completion' end,
            case when m.ev < m.ev_before then 'earned value fell since the report before' end,
            case when i.actual_time = 0 then 'the plan has not begun, or its start is not stated: no SPI(t)' end,
            case when i.es = 0 and i.actual_time > 0 then 'nothing earned yet: no forecast finish' end,
            case when i.ieac_t > 10 * i.planned_duration then 'too little earned for a finish date' end,
            case when i.actual_time >= i.planned_duration and i.es < i.planned_duration then 'planned time used up with work left: TSPI is not attainable' end,
            case when i.es = i.planned_duration then 'all planned work earned: no TSPI' end
        ), '') as reason
    from measured as m
    left join indexed as i on m.project_id = i.project_id and m.status_date = i.status_date
    left join finish as f on m.project_id = f.project_id and m.status_date = f.status_date;

create or replace view earned_schedule as select * from earned_schedule(2147483646);

comment on view earned_schedule is 'Schedule performance in time: where on its plan the work earned so far belongs. Times are in periods of the plan in force, PV being 0 before the day of the baseline start. Source: Lipke, Schedule is Different (2003); PMI, The Standard for Earned Value Management (2019).';
comment on column earned_schedule.portfolio_id is 'Portfolio the project belongs to.';
comment on column earned_schedule.business_unit is 'Business unit that owns the project.';
comment on column earned_schedule.project_id is 'Project that reports.';
comment on column earned_schedule.name is 'Name of the project.';
comment on column earned_schedule.status_date is 'Date the report is about.';
comment on column earned_schedule.baseline_no is 'Baseline in force at the status date, whose curve is used; null without a curve.';
comment on column earned_schedule.es is 'Earned schedule, C + (EV - PV of C) / (PV of C+1 - PV of C): the time at which today''s EV was planned; periods; the earliest time on a flat stretch; 0 for no EV, the planned duration once all is earned; null without EV or curve.';
comment on column earned_schedule.actual_time is 'Actual time (AT): periods of the plan up to the date reported on, days within a period in proportion, counted on at the same calendar step past its end, and stopped once all work is earned; periods; null without a curve.';
comment on column earned_schedule.sv_t is 'Schedule variance in time, ES - AT; periods; positive is ahead, negative is late; null where either is.';
comment on column earned_schedule.spi_t is 'Schedule performance index in time, ES / AT; 1 is on plan, higher is better; keeps a late finish visible, unlike SPI; null until the plan has begun.';
comment on column earned_schedule.planned_duration is 'Planned duration (PD): the first period whose PV is the whole of the curve; periods; null without a curve.';
comment on column earned_schedule.ieac_t is 'Independent estimate of the duration, PD / SPI(t); periods, lower is better; null while nothing is earned or the plan has not begun.';
comment on column earned_schedule.forecast_finish is 'Date at which ieac_t periods end, days within a period taken in proportion; null where ieac_t is, or beyond ten times the planned duration.';
comment on column earned_schedule.tspi is 'To-complete schedule performance index, (PD - ES) / (PD - AT): the pace the rest needs to end on plan; above about 1.10 rarely recovered (Lipke); negative once AT passes PD, and then not attainable; null where AT equals PD or all is earned.';
comment on column earned_schedule.reason is 'Why figures of the row are null or to be doubted, in words; null where there is nothing to say.';
