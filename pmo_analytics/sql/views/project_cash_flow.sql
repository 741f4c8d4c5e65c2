-- Money a project brings and takes in a calendar year: one row per project and year with either. Benefits as realised, failing
-- that forecast, failing that planned; those not stated in money are left out.
create or replace macro project_cash_flow(known_at) as table
    with flow as (
        select
            project_id,
            cast(date_part('year', period_end) as integer) as year,
            coalesce(realised, forecast, planned, 0) as benefits,
            cast(0 as decimal(18, 2)) as costs
        from benefit(known_at)
        where coalesce(kind, 'cashable') <> 'non_monetised'

        union all

        select
            project_id,
            cast(date_part('year', month) as integer) as year,
            cast(0 as decimal(18, 2)) as benefits,
            spend as costs
        from monthly_spend(known_at)
    )

    select
        project_id,
        year,
        sum(benefits) as benefits,
        sum(costs) as costs,
        sum(benefits) - sum(costs) as net
    from flow
    group by project_id, year;

create or replace view project_cash_flow as select * from project_cash_flow(2147483646);

comment on view project_cash_flow is 'Money each project brings and takes in each calendar year, as the appraisal discounts it. Source: HM Treasury, The Green Book.';
comment on column project_cash_flow.project_id is 'Project.';
comment on column project_cash_flow.year is 'Calendar year.';
comment on column project_cash_flow.benefits is 'Benefits stated in money, disbenefits with a minus sign: realised, failing that forecast, failing that planned; project currency.';
comment on column project_cash_flow.costs is 'Spend of the year; project currency, positive.';
comment on column project_cash_flow.net is 'Benefits less costs; project currency, positive is good.';
