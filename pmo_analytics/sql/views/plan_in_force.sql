-- The planned value curve a report is measured against: one row per project, status date and period of the plan.
-- Baseline in force: the highest number approved by the status date (an undated approval counts as given), else the lowest.
-- A leading zero on or before the baseline start is the curve's origin, not a period. The last period ends on the baseline
-- finish where that falls in it.
-- narrowed by: project
-- ordered by: project_id, period_end
create or replace macro plan_in_force(known_at) as table
    with plan as (
        select
            v.project_id,
            v.baseline_no,
            max(b.approved_on) as approved_on,
            max(b.start) as start,
            max(b.finish) as finish
        from planned_value(known_at) as v
        left join baseline(known_at) as b on v.project_id = b.project_id and v.baseline_no = b.baseline_no
        group by v.project_id, v.baseline_no
    ),

    chosen as (
        select
            s.project_id,
            s.status_date,
            s.reported_on,
            coalesce(
                max(case when p.approved_on is null or p.approved_on <= s.reported_on then p.baseline_no end),
                min(p.baseline_no)
            ) as baseline_no
        from status_report(known_at) as s
        inner join plan as p on s.project_id = p.project_id
        group by s.project_id, s.status_date, s.reported_on
    ),

    numbered as (
        select
            c.project_id,
            c.status_date,
            c.reported_on,
            c.baseline_no,
            p.start as baseline_start,
            p.finish as baseline_finish,
            row_number() over (partition by c.project_id, c.status_date order by v.period_end) as period_no,
            count(*) over (partition by c.project_id, c.status_date) as periods,
            coalesce(lag(v.period_end) over (partition by c.project_id, c.status_date order by v.period_end), p.start - 1) as opens,
            v.period_end,
            v.pv
        from chosen as c
        inner join plan as p on c.project_id = p.project_id and c.baseline_no = p.baseline_no
        inner join planned_value(known_at) as v on c.project_id = v.project_id and c.baseline_no = v.baseline_no
        where v.pv is not null and (v.pv <> 0 or p.start is null or v.period_end > p.start)
    )

    select
        project_id,
        status_date,
        reported_on,
        baseline_no,
        baseline_start,
        period_no,
        opens,
        case when period_no = periods and baseline_finish > opens then least(period_end, baseline_finish) else period_end end
            as period_end,
        pv
    from numbered;

create or replace view plan_in_force as select * from plan_in_force(2147483646);

comment on view plan_in_force is 'Planned value curve of the baseline in force at each status date: the highest number approved by then, else the lowest. Source: the performance measurement baseline of PMI, The Standard for Earned Value Management (2019).';
comment on column plan_in_force.project_id is 'Project that reports.';
comment on column plan_in_force.status_date is 'Date the report is about.';
comment on column plan_in_force.reported_on is 'Status date as the project states it.';
comment on column plan_in_force.baseline_no is 'Number of the baseline in force at the status date.';
comment on column plan_in_force.baseline_start is 'Start of that baseline, when PV is 0; null where not stated.';
comment on column plan_in_force.period_no is 'Number of the period, 1 for the first of the plan.';
comment on column plan_in_force.opens is 'End of the day before the period: the end of the one before, or the day before the baseline start; null where that is not stated.';
comment on column plan_in_force.period_end is 'Last day of the period; of the last period the baseline finish, if it falls in it.';
comment on column plan_in_force.pv is 'Planned value at the end of the period, cumulative; project currency.';
