-- What a project spends in a month, all cost categories together: the forecast, which takes the actual over once it is
-- booked; failing that the actual; failing that the budget. One row per project and month.
-- narrowed by: project
-- ordered by: project_id, month
create or replace macro monthly_spend(known_at) as table
    select
        project_id,
        cast(date_trunc('month', period_end) as date) as month,
        sum(coalesce(forecast, actual, budget, 0)) as spend
    from cost_line(known_at)
    group by project_id, cast(date_trunc('month', period_end) as date);

create or replace view monthly_spend as select * from monthly_spend(2147483646);

comment on view monthly_spend is 'What each project spends in each month: forecast, failing that actual, failing that budget. Source: house rule.';
comment on column monthly_spend.project_id is 'Project that spends.';
comment on column monthly_spend.month is 'First day of the month.';
comment on column monthly_spend.spend is 'All cost categories together, for this month alone; project currency.';
