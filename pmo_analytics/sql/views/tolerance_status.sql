-- Forecast against the tolerances of the stage: one row per project and status date. PRINCE2: an exception when a forecast passes
-- a tolerance. The stage is the one the project is in as known; the forecast is that of the whole project.
-- narrowed by: project
-- ordered by: is_exception desc nulls last, days_since_exception desc nulls last, project_id
create or replace macro tolerance_status(known_at) as table
    with shortfall as (
        select
            project_id,
            cast(sum(planned) - sum(coalesce(forecast, planned)) as double) / nullif(sum(planned), 0) as benefits_shortfall
        from benefit(known_at)
        where kind in ('cashable', 'non_cashable', 'disbenefit') and planned is not null
        group by project_id
        having count(forecast) > 0
    ),

    compared as (
        select
            s.project_id,
            s.status_date,
            p.stage,
            t.stage is not null as has_tolerance,
            cast(s.forecast_cost - s.bac as double) / nullif(s.bac, 0) as cost_over,
            t.cost_pct as cost_tolerance,
            date_diff('day', s.baseline_finish, s.forecast_finish) as days_over,
            t.days as days_tolerance,
            b.benefits_shortfall,
            t.benefits_pct as benefits_tolerance
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        left join tolerance(known_at) as t on p.project_id = t.project_id and lower(trim(p.stage)) = lower(trim(t.stage))
        left join shortfall as b on s.project_id = b.project_id
    ),

    judged as (
        select
            project_id,
            status_date,
            stage,
            has_tolerance,
            cost_over,
            cost_tolerance,
            cost_over > cost_tolerance + 1e-9 as is_cost_exception,
            days_over,
            days_tolerance,
            days_over > days_tolerance + 1e-9 as is_days_exception,
            benefits_shortfall,
            benefits_tolerance,
            benefits_shortfall > benefits_tolerance + 1e-9 as is_benefits_exception
        from compared
    ),

    combined as (
        select
            project_id,
            status_date,
            stage,
            has_tolerance,
            cost_over,
            cost_tolerance,
            is_cost_exception,
            days_over,
            days_tolerance,
            is_days_exception,
            benefits_shortfall,
            benefits_tolerance,
            is_benefits_exception,
            case
                when is_cost_exception or is_days_exception then true
                when coalesce(is_cost_exception, is_days_exception) is not null then false
            end as is_exception
        from judged
    ),

    run as (
        select
            project_id,
            status_date,
            stage,
            has_tolerance,
            cost_over,
            cost_tolerance,
            is_cost_exception,
            days_over,
            days_tolerance,
            is_days_exception,
            benefits_shortfall,
            benefits_tolerance,
            is_benefits_exception,
            is_exception,
            count(case when not coalesce(is_exception, false) then 1 end) over (
                partition by project_id
                order by status_date
            ) as run_no
        from combined
    )

    select
        project_id,
        status_date,
        stage,
        cost_over,
        cost_tolerance,
        is_cost_exception,
        days_over,
        days_tolerance,
        is_days_exception,
        benefits_shortfall,
        benefits_tolerance,
        is_benefits_exception,
        is_exception,
        case
            when is_exception
                then min(case when is_exception then status_date end) over (partition by project_id, run_no)
        end as exception_since,
        case
            when is_exception
                then date_diff(
                    'day',
                    min(case when is_exception then status_date end) over (partition by project_id, run_no),
                    status_date
                )
        end as days_since_exception,
        case
            when stage is null then 'the project names no stage'
            when not has_tolerance then 'no tolerance is agreed for the stage ' || stage
            when is_exception is null then 'no forecast can be compared: budget, baseline or tolerance is not stated'
        end as reason
    from run;

create or replace view tolerance_status as select * from tolerance_status(2147483646);

comment on view tolerance_status is 'Forecast of each project against the tolerances of its stage, with exceptions and their age. Source: PRINCE2, management by exception.';
comment on column tolerance_status.project_id is 'Project that reports.';
comment on column tolerance_status.status_date is 'Date the report is about.';
comment on column tolerance_status.stage is 'Stage the project is in as known, whose tolerances are applied to every date; null where not stated.';
comment on column tolerance_status.cost_over is
'Forecast cost over budget at completion, less 1; a fraction, positive is dearer, lower is better; null where either is unknown or the budget is zero.';
comment on column tolerance_status.cost_tolerance is 'Overrun allowed; a fraction; null where none is agreed.';
comment on column tolerance_status.is_cost_exception is 'True where cost_over passes the tolerance by more than 1e-9; null where one is unknown.';
comment on column tolerance_status.days_over is 'Forecast finish after baseline finish; calendar days, positive is late, lower is better; null where either is unknown.';
comment on column tolerance_status.days_tolerance is 'Delay allowed; calendar days; null where none is agreed.';
comment on column tolerance_status.is_days_exception is 'True where days_over passes the tolerance; null where one is unknown.';
comment on column tolerance_status.benefits_shortfall is
'Planned less now expected whole-life benefits in money, over planned, the same at every date; a fraction, lower is better; null where no benefit in money is forecast.';
comment on column tolerance_status.benefits_tolerance is 'Shortfall allowed; a fraction; null where none is agreed.';
comment on column tolerance_status.is_benefits_exception is 'True where the shortfall passes the tolerance by more than 1e-9; null where one is unknown.';
comment on column tolerance_status.is_exception is
'True where the forecast cost or finish passes its tolerance; null where neither can be compared; benefits stand apart, as their forecasts carry no report date.';
comment on column tolerance_status.exception_since is 'First report of the present unbroken run of exceptions; null where there is none now.';
comment on column tolerance_status.days_since_exception is 'Calendar days from that report to this one; lower is better; null where there is no exception.';
comment on column tolerance_status.reason is 'Why is_exception is null; null where it is not.';
