-- Where a portfolio stands: one row per portfolio, status date and currency, for each business unit and for all together
-- (business_unit null). Counts of ratings follow the scale in use at the date.
-- narrowed by: unit
-- ordered by: projects desc, currency
create or replace macro portfolio_position(known_at) as table
    with w as (
        select
            project_id,
            status_date,
            max(case when column_name = 'rag' then 1 else 0 end) as withheld_rag,
            max(case when column_name = 'forecast_cost' then 1 else 0 end) as withheld_cost,
            max(case when column_name = 'forecast_finish' then 1 else 0 end) as withheld_finish
        from withheld(known_at)
        group by project_id, status_date
    ),

    reported as (
        select
            p.portfolio_id,
            p.business_unit,
            p.currency,
            s.status_date,
            s.project_id,
            s.days_late,
            s.reports_replaced,
            s.rag,
            s.forecast_cost,
            s.forecast_finish,
            w.withheld_rag,
            w.withheld_cost,
            w.withheld_finish
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        left join w on s.project_id = w.project_id and s.reported_on = w.status_date
    )

    select
        portfolio_id,
        case when grouping(business_unit) = 1 then null else coalesce(business_unit, 'no unit stated') end as business_unit,
        status_date,
        currency,
        count(*) as projects,
        count(case when days_late > 0 then 1 end) as projects_late,
        count(case when reports_replaced > 0 then 1 end) as projects_twice,
        sum(forecast_cost) as forecast_cost,
        count(forecast_cost) as projects_with_cost,
        count(case when withheld_cost = 1 then 1 end) as projects_cost_withheld,
        count(forecast_finish) as projects_with_finish,
        count(case when withheld_finish = 1 then 1 end) as projects_finish_withheld,
        count(case when rag = 'red' then 1 end) as red,
        count(case when rag = 'amber_red' then 1 end) as amber_red,
        count(case when rag = 'amber' then 1 end) as amber,
        count(case when rag = 'amber_green' then 1 end) as amber_green,
        count(case when rag = 'green' then 1 end) as green,
        count(case when rag is null then 1 end) as unrated,
        count(case when withheld_rag = 1 then 1 end) as rating_withheld,
        sum(case when rag = 'red' then forecast_cost end) as red_forecast_cost
    from reported
    group by grouping sets ((portfolio_id, status_date, currency), (portfolio_id, status_date, currency, business_unit));

create or replace view portfolio_position as select * from portfolio_position(2147483646);

comment on view portfolio_position is
'How many projects, how much money and which ratings a portfolio reports at a date, by business unit and in all.';
comment on column portfolio_position.portfolio_id is 'Portfolio the figures are about.';
comment on column portfolio_position.business_unit is 'Business unit the figures are about; null for all units together.';
comment on column portfolio_position.status_date is 'Date the report is about.';
comment on column portfolio_position.currency is 'Currency of the money columns; currencies are never added together.';
comment on column portfolio_position.projects is 'Projects that report.';
comment on column portfolio_position.projects_late is 'Of these, projects whose report states a later date and counts here; lower is better.';
comment on column portfolio_position.projects_twice is 'Of these, projects that report more than once in the period, of which the last report counts.';
comment on column portfolio_position.forecast_cost is 'Sum of the forecast whole-life cost where it is disclosed.';
comment on column portfolio_position.projects_with_cost is 'Projects that disclose a forecast cost.';
comment on column portfolio_position.projects_cost_withheld is 'Projects whose owner declines to publish the cost.';
comment on column portfolio_position.projects_with_finish is 'Projects that disclose a forecast finish.';
comment on column portfolio_position.projects_finish_withheld is 'Projects whose owner declines to publish the finish.';
comment on column portfolio_position.red is 'Projects rated red.';
comment on column portfolio_position.amber_red is 'Projects rated amber/red, on the five-point scale only.';
comment on column portfolio_position.amber is
'Projects rated amber; on the five-point scale this is narrower than on the three-point one.';
comment on column portfolio_position.amber_green is 'Projects rated amber/green, on the five-point scale only.';
comment on column portfolio_position.green is 'Projects rated green.';
comment on column portfolio_position.unrated is 'Projects without a rating, withheld ones included.';
comment on column portfolio_position.rating_withheld is 'Projects whose rating the owner declines to publish.';
comment on column portfolio_position.red_forecast_cost is 'Sum of the disclosed forecast cost of the projects rated red.';
