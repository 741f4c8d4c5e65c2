-- Cumulative PV, EV and AC over time: one row per level, id, currency, status date and period end. A group has what is planned
-- by the day of each point, days within a period in proportion, and carries each project's last known EV and AC forward, so that
-- a late or finished report leaves no dent; a project shows what it reported.
-- Source: PMI, The Standard for Earned Value Management (2019), the S-curve of the performance measurement baseline.
-- narrowed by: roll-up
-- ordered by: level, level_id, currency, period_end
create or replace macro s_curve(known_at) as table
    with report as (
        select
            portfolio_id,
            business_unit,
            project_id,
            coalesce(currency, 'not stated') as currency,
            status_date,
            pv,
            ev,
            ac
        from earned_value(known_at)
        where pv is not null or ev is not null or ac is not null
    ),

    plan as (
        select
            project_id,
            status_date as reported_on,
            baseline_no,
            opens,
            period_end,
            pv
        from plan_in_force(known_at)
    ),

    asked as (
        select distinct
            portfolio_id,
            status_date
        from report
    ),

    member as (
        select distinct
            portfolio_id,
            project_id
        from report
    ),

    last_report as (
        select
            a.portfolio_id,
            a.status_date,
            r.project_id,
            max(r.status_date) as reported_on
        from asked as a
        inner join member as m on a.portfolio_id = m.portfolio_id
        inner join report as r on m.project_id = r.project_id and a.status_date >= r.status_date
        group by a.portfolio_id, a.status_date, r.project_id
    ),

    latest as (
        select
            l.portfolio_id,
            l.status_date,
            r.business_unit,
            l.project_id,
            r.currency,
            l.reported_on
        from last_report as l
        inner join report as r
            on l.portfolio_id = r.portfolio_id and l.project_id = r.project_id and l.reported_on = r.status_date
    ),

    p as (
        select
            project_id,
            reported_on,
            any_value(baseline_no) as baseline_no,
            min(opens) as begins
        from plan
        group by project_id, reported_on
    ),

    plotted as (
        select
            l.portfolio_id,
            l.status_date,
            l.business_unit,
            l.project_id,
            l.currency,
            l.reported_on,
            p.period_end,
            p.pv,
            cast(null as decimal(18, 2)) as ev,
            cast(null as decimal(18, 2)) as ac
        from latest as l
        inner join plan as p on l.project_id = p.project_id and l.reported_on = p.reported_on

        union all

        select
            l.portfolio_id,
            l.status_date,
            l.business_unit,
            l.project_id,
            l.currency,
            l.reported_on,
            r.status_date as period_end,
            case when p.project_id is null or (n.baseline_no = p.baseline_no and q.project_id is null) then r.pv end as pv,
            r.ev,
            r.ac
        from latest as l
        inner join report as r
            on l.project_id = r.project_id and l.currency = r.currency and l.status_date >= r.status_date
        left join p
            on l.project_id = p.project_id and l.reported_on = p.reported_on
        left join p as n
            on r.project_id = n.project_id and r.status_date = n.reported_on
        left join plan as q
            on l.project_id = q.project_id and l.reported_on = q.reported_on and r.status_date = q.period_end
    ),

    point as (
        select
            portfolio_id,
            status_date,
            business_unit,
            project_id,
            currency,
            reported_on,
            period_end,
            max(pv) as pv,
            max(ev) as ev,
            max(ac) as ac
        from plotted
        group by portfolio_id, status_date, business_unit, project_id, currency, reported_on, period_end
    ),

    grid as (
        select distinct
            portfolio_id,
            status_date,
            period_end
        from point
    ),

    carried as (
        select
            l.portfolio_id,
            l.status_date,
            l.business_unit,
            l.project_id,
            l.currency,
            g.period_end,
            p.project_id is not null as has_plan,
            coalesce(last_value(case when o.pv is not null then o.period_end end ignore nulls) over so_far, p.begins) as day_before,
            coalesce(last_value(o.pv ignore nulls) over so_far, case when g.period_end >= p.begins then 0 end) as pv_before,
            first_value(case when o.pv is not null then o.period_end end ignore nulls) over from_here as day_after,
            first_value(o.pv ignore nulls) over from_here as pv_after,
            case when g.period_end <= g.status_date then last_value(o.ev ignore nulls) over so_far end as ev,
            case when g.period_end <= g.status_date then last_value(o.ac ignore nulls) over so_far end as ac
        from latest as l
        inner join grid as g on l.portfolio_id = g.portfolio_id and l.status_date = g.status_date
        left join p on l.project_id = p.project_id and l.reported_on = p.reported_on
        left join point as o
            on
                l.portfolio_id = o.portfolio_id and l.project_id = o.project_id
                and l.status_date = o.status_date and g.period_end = o.period_end
        window so_far as (
            partition by l.portfolio_id, l.project_id, l.status_date
            order by g.period_end
            rows between unbounded preceding and current row
        ), from_here as (
            partition by l.portfolio_id, l.project_id, l.status_date
            order by g.period_end
            rows between current row and unbounded following
        )
    ),

    summed as (
        select
            portfolio_id,
            status_date,
            business_unit,
            project_id,
            currency,
            period_end,
            case
                when not has_plan or day_after is null or day_after = day_before then pv_before
                else cast(
                    pv_before + (pv_after - pv_before) * ((period_end - day_before) / (day_after - day_before))
                    as decimal(18, 2)
                )
            end as pv,
            ev,
            ac
        from carried
    )

    select
        portfolio_id,
        'project' as level,
        project_id as level_id,
        currency,
        status_date,
        period_end,
        pv,
        ev,
        ac,
        1 as projects
    from point
    where status_date = reported_on

    union all

    select
        portfolio_id,
        case when grouping(business_unit) = 1 then 'portfolio' else 'business_unit' end as level,
        case when grouping(business_unit) = 1 then portfolio_id else coalesce(business_unit, 'no unit stated') end as level_id,
        currency,
        status_date,
        period_end,
        sum(pv) as pv,
        sum(ev) as ev,
        sum(ac) as ac,
        count(distinct project_id) as projects
    from summed
    group by grouping sets (
        (portfolio_id, currency, status_date, period_end), (portfolio_id, business_unit, currency, status_date, period_end)
    );

create or replace view s_curve as select * from s_curve(2147483646);

comment on view s_curve is 'Cumulative planned value, earned value and actual cost over time, as they stood at a status date. Groups have what is planned by the day of each point, and carry each project''s last known EV and AC forward. Source: PMI, The Standard for Earned Value Management (2019).';
comment on column s_curve.portfolio_id is 'Portfolio the curve belongs to.';
comment on column s_curve.level is 'What the curve is of: project, business_unit or portfolio.';
comment on column s_curve.level_id is 'Which one: its project_id, business unit or portfolio_id.';
comment on column s_curve.currency is 'Currency of the money columns; currencies are never added together.';
comment on column s_curve.status_date is 'Date from which the curve is seen: the plan in force then, and the reports up to then.';
comment on column s_curve.period_end is 'Day of the point: the end of a period of the plan, or a status date.';
comment on column s_curve.pv is 'Planned value, cumulative: at the ends of periods from the curve of the baseline in force, at a report between them as in earned_value; money; null for a project at such a report under an earlier baseline; for a group, days between in proportion.';
comment on column s_curve.ev is 'Earned value, cumulative; money; null after the status date and, for a project, where it did not report.';
comment on column s_curve.ac is 'Actual cost, cumulative; money; null after the status date and, for a project, where it did not report.';
comment on column s_curve.projects is 'Projects summed; a count.';
