-- How units compare since the previous report: one row per portfolio, status date, currency and business unit, and one for
-- all units (business_unit null). Growth is a ratio of sums over projects whose cost is known in both reports, changes of
-- scope left out.
-- narrowed by: unit
-- ordered by: case when business_unit is null then -projects end, abs(cost_growth) desc nulls last, business_unit, currency
create or replace macro unit_change(known_at) as table
    select
        portfolio_id,
        case when grouping(business_unit) = 1 then null else coalesce(business_unit, 'no unit stated') end as business_unit,
        status_date,
        currency,
        count(case when movement <> 'left' then 1 end) as projects,
        count(case when movement = 'entered' then 1 end) as entered,
        count(case when movement = 'left' then 1 end) as left_report,
        count(case when movement = 'improved' then 1 end) as improved,
        count(case when movement = 'worsened' then 1 end) as worsened,
        count(case when not is_date_redefined then drift_days end) as finishes_compared,
        count(case when drift_days > 0 and not is_date_redefined then 1 end) as finishes_later,
        median(case when not is_date_redefined then drift_days end) as median_drift_days,
        count(case when cost_growth is not null and not is_scope_change then 1 end) as costs_compared,
        sum(case when not is_scope_change then cost_growth end) as cost_growth,
        cast(sum(case when not is_scope_change then cost_growth end) as double)
        / nullif(sum(case when cost_growth is not null and not is_scope_change then previous_forecast_cost end), 0)
            as cost_growth_ratio
    from report_change(known_at)
    where previous_status_date is not null
    group by grouping sets ((portfolio_id, status_date, currency), (portfolio_id, status_date, currency, business_unit));

create or replace view unit_change as select * from unit_change(2147483646);

comment on view unit_change is 'How the finish dates and costs of business units moved since the previous report.';
comment on column unit_change.portfolio_id is 'Portfolio the figures are about.';
comment on column unit_change.business_unit is 'Business unit the figures are about; null for all units together.';
comment on column unit_change.status_date is 'Date the report is about.';
comment on column unit_change.currency is 'Currency of the money columns; currencies are never added together.';
comment on column unit_change.projects is 'Projects that report now.';
comment on column unit_change.entered is 'Projects that report for the first time.';
comment on column unit_change.left_report is 'Projects of the previous report that are gone.';
comment on column unit_change.improved is 'Projects rated better than in the previous report.';
comment on column unit_change.worsened is 'Projects rated worse than in the previous report.';
comment on column unit_change.finishes_compared is
'Projects whose forecast finish is known in both reports and means the same in both.';
comment on column unit_change.finishes_later is 'Of these, the projects whose forecast finish moved later.';
comment on column unit_change.median_drift_days is 'Median of the calendar days the forecast finish moved; positive is later.';
comment on column unit_change.costs_compared is 'Projects whose cost is known in both reports, changes of scope left out.';
comment on column unit_change.cost_growth is 'Sum of their change in forecast cost; positive is dearer.';
comment on column unit_change.cost_growth_ratio is
'That sum over their previous forecast cost; a fraction, positive is dearer; null where nothing can be compared.';
