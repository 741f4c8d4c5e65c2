-- What forecasts start from: one row per report, cost so far and time in calendar days from the baseline start.
-- Earned schedule (Lipke 2003) is turned from periods into days, by the clock of earned_schedule.
-- narrowed by: project
-- ordered by: project_id
create or replace macro tracking(known_at) as table
    with ends as (
        select
            p.project_id,
            p.status_date,
            p.period_no,
            coalesce(p.baseline_start, s.start) as started,
            p.period_end as ended
        from plan_in_force(known_at) as p
        inner join status_report(known_at) as s on p.project_id = s.project_id and p.status_date = s.status_date
    ),

    days as (
        select
            project_id,
            status_date,
            period_no,
            started,
            date_diff('day', started, ended) as day_no
        from ends
    ),

    timed as (
        select
            e.project_id,
            e.status_date,
            max(d.started) as started,
            max(case when d.period_no <= e.planned_duration then d.day_no end) as pd_days,
            coalesce(max(case when d.period_no <= floor(e.es) then d.day_no end), -1) as es_from,
            min(case when d.period_no > floor(e.es) then d.day_no end) as es_to,
            max(e.es - floor(e.es)) as part
        from earned_schedule(known_at) as e
        inner join days as d on e.project_id = d.project_id and e.status_date = d.status_date
        where e.es is not null
        group by e.project_id, e.status_date
    )

    select
        v.portfolio_id,
        v.business_unit,
        v.project_id,
        v.name,
        p.sponsor,
        v.status_date,
        v.currency,
        v.pv,
        v.ev,
        v.ac,
        v.bac,
        t.started as baseline_start,
        date_diff('day', t.started, s.reported_on) as at_days,
        case when t.part is not null then greatest(0, t.es_from + t.part * coalesce(t.es_to - t.es_from, 0)) end as es_days,
        t.pd_days,
        s.forecast_cost,
        s.forecast_finish,
        coalesce(v.ev > 0 and v.ev >= v.bac, false) as is_complete
    from earned_value(known_at) as v
    inner join project_then(known_at) as p on v.project_id = p.project_id and v.status_date = p.status_date
    inner join status_report(known_at) as s on v.project_id = s.project_id and v.status_date = s.status_date
    left join timed as t on v.project_id = t.project_id and v.status_date = t.status_date;

create or replace view tracking as select * from tracking(2147483646);

comment on view tracking is 'What forecasts start from: cost so far, and time in calendar days from the start of the baseline in force. Source: PMI, The Standard for Earned Value Management (2019); Lipke, Schedule is Different (2003).';
comment on column tracking.portfolio_id is 'Portfolio the project belongs to.';
comment on column tracking.business_unit is 'Business unit that owns the project.';
comment on column tracking.project_id is 'Project that reports.';
comment on column tracking.name is 'Name of the project.';
comment on column tracking.sponsor is 'Sponsor who answers for the project.';
comment on column tracking.status_date is 'Date the report is about.';
comment on column tracking.currency is 'Currency of the money columns.';
comment on column tracking.pv is 'Planned value (PV), cumulative; project currency.';
comment on column tracking.ev is 'Earned value (EV), cumulative; project currency; as in earned_value.';
comment on column tracking.ac is 'Actual cost (AC), cumulative; project currency.';
comment on column tracking.bac is 'Budget at completion (BAC); project currency.';
comment on column tracking.baseline_start is 'Start of the baseline in force, or the reported start where the baseline has none; null without EV or curve.';
comment on column tracking.at_days is 'Actual time: calendar days from baseline_start to the day reported on; null without EV or curve.';
comment on column tracking.es_days is 'Earned schedule: calendar days from baseline_start to the day on which today''s EV was planned; null without EV or curve.';
comment on column tracking.pd_days is 'Planned duration: calendar days from baseline_start to the end of the plan in force; null without EV or curve.';
comment on column tracking.forecast_cost is 'Cost at completion as the manager forecast it in this report; project currency.';
comment on column tracking.forecast_finish is 'Finish as the manager forecast it in this report; the actual finish once all is done.';
comment on column tracking.is_complete is 'True where all work of the budget is earned.';
