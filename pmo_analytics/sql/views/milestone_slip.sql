-- How far each milestone has moved: one row per project, milestone and status date. The expected date is the actual date once
-- reached, else the forecast. Source: milestone trend analysis (MTA); DECM V5.0 metric 06A506c for dates riding the status date.
-- narrowed by: project
-- ordered by: project_id, milestone_id
create or replace macro milestone_slip(known_at) as table
    with spell as (
        select
            *,
            count(case when actual_date is null then 1 end) over (
                partition by project_id, milestone_id
                order by status_date
            ) as spell
        from milestone(known_at)
    ),

    -- Where a state alone says that a milestone is reached, each report dates it anew by its own day: the first such day holds.
    stated as (
        select
            project_id,
            milestone_id,
            name,
            kind,
            status_date,
            baseline_date,
            forecast_date,
            case when actual_date = status_date then min(actual_date) over reports else actual_date end as actual_date
        from spell
        window reports as (
            partition by project_id, milestone_id, spell
            order by status_date
        )
    ),

    reported as (
        select
            p.portfolio_id,
            p.business_unit,
            m.project_id,
            m.milestone_id,
            m.name,
            m.kind,
            r.status_date,
            m.baseline_date,
            m.forecast_date,
            m.actual_date,
            coalesce(m.actual_date, m.forecast_date) as expected_date,
            first_value(m.baseline_date ignore nulls) over reports as first_baseline_date,
            first_value(m.forecast_date ignore nulls) over reports as first_forecast_date,
            lag(r.status_date) over reports as previous_status_date,
            lag(coalesce(m.actual_date, m.forecast_date)) over reports as previous_expected_date,
            lag(m.actual_date) over reports as previous_actual_date
        from stated as m
        inner join report_received(known_at) as r
            on r.table_name = 'milestone' and m.project_id = r.project_id and m.status_date = r.reported_on and r.is_counted
        inner join project_then(known_at) as p on m.project_id = p.project_id and r.status_date = p.status_date
        window reports as (
            partition by m.project_id, m.milestone_id
            order by r.status_date
        )
    ),

    moved as (
        select
            portfolio_id,
            business_unit,
            project_id,
            milestone_id,
            name,
            kind,
            status_date,
            baseline_date,
            first_baseline_date,
            forecast_date,
            actual_date,
            expected_date,
            previous_status_date,
            previous_expected_date,
            previous_actual_date,
            row_number() over reports as reports,
            count(case when expected_date <> first_forecast_date then 1 end) over reports as reports_changed,
            count(case when actual_date is null and date_diff('day', status_date, expected_date) between 0 and 31 then 1 end)
                over (
                    partition by project_id, milestone_id
                    order by status_date
                    rows between 1 preceding and current row
                ) as reports_near,
            regr_slope(
                cast(date_diff('day', date '2000-01-01', expected_date) as double),
                cast(date_diff('day', date '2000-01-01', status_date) as double)
            ) over last_six as slope,
            count(expected_date) over last_six as trend_reports
        from reported
        window
            reports as (
                partition by project_id, milestone_id
                order by status_date
            ),
            last_six as (
                partition by project_id, milestone_id
                order by status_date
                rows between 5 preceding and current row
            )
    ),

    judged as (
        select
            portfolio_id,
            business_unit,
            project_id,
            milestone_id,
            name,
            kind,
            status_date,
            baseline_date,
            first_baseline_date,
            forecast_date,
            actual_date,
            expected_date,
            previous_expected_date,
            case when trend_reports >= 3 then slope end as days_lost_per_day,
            lag(reports_changed) over reports = 0
            and lag(reports) over reports >= 3
            and previous_actual_date is null
            and previous_expected_date <= status_date
            and case
                when actual_date is null then coalesce(baseline_date, previous_expected_date) <= status_date
                else actual_date > greatest(previous_expected_date, coalesce(baseline_date, previous_expected_date)) + 7
            end as is_parrot_caught,
            reports_near = 2
            and actual_date is null
            and date_diff('day', previous_expected_date, expected_date)
            >= 0.8 * date_diff('day', previous_status_date, status_date) as is_riding
        from moved
        window reports as (
            partition by project_id, milestone_id
            order by status_date
        )
    ),

    ridden as (
        select
            project_id,
            milestone_id,
            status_date,
            count(case when not coalesce(is_riding, false) then 1 end)
                over (partition by project_id, milestone_id order by status_date) as run
        from judged
    )

    select
        j.portfolio_id,
        j.business_unit,
        j.project_id,
        j.milestone_id,
        coalesce(j.name, j.milestone_id) as name,
        j.kind,
        j.status_date,
        j.baseline_date,
        j.first_baseline_date,
        j.forecast_date,
        j.actual_date,
        date_diff('day', j.baseline_date, j.expected_date) as slip_days,
        date_diff('day', j.previous_expected_date, j.expected_date) as drift_days,
        date_diff('day', j.first_baseline_date, j.expected_date) as slip_first_baseline_days,
        case
            when j.actual_date is null and j.expected_date < j.status_date then date_diff('day', j.expected_date, j.status_date)
        end as overdue_days,
        j.days_lost_per_day,
        coalesce(
            bool_or(j.is_parrot_caught) over (partition by j.project_id, j.milestone_id order by j.status_date), false
        ) as is_parrot,
        coalesce(j.is_riding, false) as is_riding,
        case
            when j.is_riding
                then row_number() over (partition by j.project_id, j.milestone_id, r.run order by j.status_date)
            else 0
        end as reports_riding,
        nullif(concat_ws(
            '; ',
            case when j.expected_date is null then 'neither forecast nor actual date reported' end,
            case when j.baseline_date is null then 'not baselined: no slip' end,
            case when j.days_lost_per_day is null then 'fewer than three reports: no trend' end
        ), '') as reason
    from judged as j
    inner join ridden as r
        on j.project_id = r.project_id and j.milestone_id = r.milestone_id and j.status_date = r.status_date;

create or replace view milestone_slip as select * from milestone_slip(2147483646);

comment on view milestone_slip is 'How far each milestone has moved, against its baselines and its own last forecast, and two habits of forecasting. Source: milestone trend analysis (MTA); DECM V5.0, metric 06A506c.';
comment on column milestone_slip.portfolio_id is 'Portfolio the project belongs to.';
comment on column milestone_slip.business_unit is 'Business unit that owns the project.';
comment on column milestone_slip.project_id is 'Project the milestone belongs to.';
comment on column milestone_slip.milestone_id is 'Milestone, the same in every report.';
comment on column milestone_slip.name is 'Name of the milestone; its identifier where it has none.';
comment on column milestone_slip.kind is 'milestone, or gate.';
comment on column milestone_slip.status_date is 'Date the report is about.';
comment on column milestone_slip.baseline_date is 'Baseline date in this report; null where not baselined.';
comment on column milestone_slip.first_baseline_date is 'Baseline date in the first report that had one.';
comment on column milestone_slip.forecast_date is 'Date forecast in this report.';
comment on column milestone_slip.actual_date is 'Date reached; null while it is not; where each report gives its own day anew, the first of them.';
comment on column milestone_slip.slip_days is 'Calendar days from the baseline date to the actual date, or the forecast while not reached; positive is late; null unless both are known.';
comment on column milestone_slip.drift_days is 'Calendar days by which that date moved since the previous report; positive is later; null for the first report.';
comment on column milestone_slip.slip_first_baseline_days is 'As slip_days, against the first baseline date reported; positive is late.';
comment on column milestone_slip.overdue_days is 'Calendar days by which the forecast lies before the status date although the milestone is not reached; null where it is not overdue.';
comment on column milestone_slip.days_lost_per_day is 'Trend: slope of the expected date over the last six reports, days of slip per day gone by; 0 is stable, 1 comes no nearer, higher is worse; null with fewer than three reports.';
comment on column milestone_slip.is_parrot is 'True from the report on in which a date repeated unchanged in all of three or more reports fell due and was missed: reached, now expected or still open more than 7 days after both that forecast and the baseline.';
comment on column milestone_slip.is_riding is 'True where the forecast was at most 31 days ahead in two reports running and moved with the status date, by four fifths of the time between them or more (after DECM 06A506c).';
comment on column milestone_slip.reports_riding is 'Reports running in which the milestone has ridden the status date, the first of them included; a count, 0 where it does not.';
comment on column milestone_slip.reason is 'Why figures of the row are null, in words; null where there is nothing to say.';
