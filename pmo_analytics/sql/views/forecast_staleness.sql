-- How long a project's forecasts have stood still: one row per project and status date of its reports. A forecast that nobody moves for
-- half a year while work goes on is copied from report to report, not made. House measure; GAO-16-89G asks that estimates are kept up to date.
-- narrowed by: project
-- ordered by: reports_finish_unchanged desc nulls last, reports_cost_unchanged desc nulls last, project_id
create or replace macro forecast_staleness(known_at) as table
    with reported as (
        select
            s.project_id,
            s.status_date,
            s.forecast_finish,
            s.forecast_cost,
            coalesce(s.percent_complete >= 100, false) as is_complete,
            lag(s.forecast_finish) over (partition by s.project_id order by s.status_date) as last_finish,
            lag(s.forecast_cost) over (partition by s.project_id order by s.status_date) as last_cost
        from status_report(known_at) as s
    ),

    moved as (
        select
            r.*,
            case when r.forecast_finish = r.last_finish then null else 1 end as finish_moves,
            case when r.forecast_cost = r.last_cost then null else 1 end as cost_moves
        from reported as r
    ),

    runs as (
        select
            m.*,
            count(m.finish_moves) over (partition by m.project_id order by m.status_date) as finish_run,
            count(m.cost_moves) over (partition by m.project_id order by m.status_date) as cost_run
        from moved as m
    ),

    counted as (
        select
            *,
            count(*) over (partition by project_id, finish_run order by status_date) as finish_reports,
            min(status_date) over (partition by project_id, finish_run) as finish_since,
            count(*) over (partition by project_id, cost_run order by status_date) as cost_reports,
            min(status_date) over (partition by project_id, cost_run) as cost_since
        from runs
    )

    select
        project_id,
        status_date,
        forecast_finish,
        case when forecast_finish is not null then finish_reports end as reports_finish_unchanged,
        case when forecast_finish is not null then finish_since end as finish_unchanged_since,
        forecast_cost,
        case when forecast_cost is not null then cost_reports end as reports_cost_unchanged,
        case when forecast_cost is not null then cost_since end as cost_unchanged_since,
        is_complete,
        case
            when forecast_finish is not null or forecast_cost is not null
                then
                    not is_complete
                    and (
                        (forecast_finish is not null and finish_reports >= 6)
                        or (forecast_cost is not null and cost_reports >= 6)
                    )
        end as is_frozen,
        case when forecast_finish is null and forecast_cost is null then 'neither a finish nor a cost is forecast' end as reason
    from counted;

create or replace view forecast_staleness as select * from forecast_staleness(2147483646);

comment on view forecast_staleness is 'How many reports running a project has forecast the same finish and the same cost. Source: house measure; GAO-16-89G and GAO-20-195G ask that forecasts are kept up to date.';
comment on column forecast_staleness.project_id is 'Project that reports.';
comment on column forecast_staleness.status_date is 'Date the report is about.';
comment on column forecast_staleness.forecast_finish is 'Finish forecast in this report; null where none is.';
comment on column forecast_staleness.reports_finish_unchanged is 'Reports running, this one included, that forecast this finish; a count, lower is better; null where none is forecast.';
comment on column forecast_staleness.finish_unchanged_since is 'Date of the first of these reports.';
comment on column forecast_staleness.forecast_cost is 'Whole-life cost forecast in this report; project currency; null where none is.';
comment on column forecast_staleness.reports_cost_unchanged is 'Reports running, this one included, that forecast this cost; a count, lower is better; null where none is forecast.';
comment on column forecast_staleness.cost_unchanged_since is 'Date of the first of these reports.';
comment on column forecast_staleness.is_complete is 'True where all work is reported as done: its forecasts may stand still.';
comment on column forecast_staleness.is_frozen is 'True where work goes on and the finish or the cost is the same in six reports running or more; null where neither is forecast.';
comment on column forecast_staleness.reason is 'Why is_frozen is null; null where it is not.';
