-- Money a project brings and takes in a budget year of its portfolio: one row per project and year with either. Benefits as
-- realised, failing that forecast, failing that planned; those not stated in money are left out. A project without any benefit, or
-- without any cost line, has none known, not none.
-- narrowed by: project
-- ordered by: project_id, year
create or replace macro project_cash_flow(known_at) as table
    with flow as (
        select
            project_id,
            period_end as day,
            coalesce(realised, forecast, planned) as benefits,
            cast(null as decimal(18, 2)) as costs
        from benefit(known_at)
        where coalesce(kind, 'cashable') <> 'non_monetised'

        union all

        select
            project_id,
            month as day,
            cast(null as decimal(18, 2)) as benefits,
            spend as costs
        from monthly_spend(known_at)
    ),

    dated as (
        select
            f.project_id,
            f.benefits,
            f.costs,
            cast(date_part('year', f.day) as integer)
            - case when date_part('month', f.day) < coalesce(o.fiscal_year_starts, 1) then 1 else 0 end as year
        from flow as f
        left join project(known_at) as p on f.project_id = p.project_id
        left join portfolio(known_at) as o on p.portfolio_id = o.portfolio_id
    ),

    summed as (
        select
            project_id,
            year,
            sum(benefits) as benefits,
            sum(costs) as costs
        from dated
        group by project_id, year
    ),

    stated as (
        select
            project_id,
            year,
            case when count(benefits) over whole > 0 then coalesce(benefits, 0) end as benefits,
            case when count(costs) over whole > 0 then coalesce(costs, 0) end as costs
        from summed
        window whole as (partition by project_id)
    )

    select
        project_id,
        year,
        benefits,
        costs,
        benefits - costs as net
    from stated;

create or replace view project_cash_flow as select * from project_cash_flow(2147483646);

comment on view project_cash_flow is 'Money each project brings and takes in each budget year of its portfolio, as the appraisal discounts it. Source: HM Treasury, The Green Book.';
comment on column project_cash_flow.project_id is 'Project.';
comment on column project_cash_flow.year is 'Budget year, by the calendar year in which it begins: see fiscal_year_starts of portfolio; the calendar year where that is not stated.';
comment on column project_cash_flow.benefits is 'Benefits stated in money, disbenefits with a minus sign: realised, failing that forecast, failing that planned; project currency; null for a project that states none in any year.';
comment on column project_cash_flow.costs is 'Spend of the year; project currency, positive; null for a project without cost lines.';
comment on column project_cash_flow.net is 'Benefits less costs; project currency, positive is good; null where either is.';
