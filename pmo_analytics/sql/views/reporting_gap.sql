-- How much of what is expected is reported: one row per portfolio, business unit, status date and state of a figure.
-- narrowed by: unit
-- ordered by: business_unit, state
create or replace macro reporting_gap(known_at) as table
    with counted as (
        select
            q.portfolio_id,
            coalesce(p.business_unit, 'no unit stated') as business_unit,
            q.status_date,
            sum(q.expected) as expected,
            sum(q.reported) as reported,
            sum(q.withheld) as withheld,
            sum(q.missing) as missing
        from data_quality(known_at) as q
        inner join project(known_at) as p on q.project_id = p.project_id
        group by q.portfolio_id, p.business_unit, q.status_date
    ),

    long as (
        select
            portfolio_id,
            business_unit,
            status_date,
            expected,
            'reported' as state,
            reported as figures
        from counted
        union all
        select
            portfolio_id,
            business_unit,
            status_date,
            expected,
            'withheld' as state,
            withheld as figures
        from counted
        union all
        select
            portfolio_id,
            business_unit,
            status_date,
            expected,
            'missing' as state,
            missing as figures
        from counted
    )

    select
        portfolio_id,
        business_unit,
        status_date,
        state,
        cast(figures as bigint) as figures,
        cast(figures as double) / nullif(expected, 0) as share
    from long;

create or replace view reporting_gap as select * from reporting_gap(2147483646);

comment on view reporting_gap is 'How many of the figures expected of a unit are reported, withheld or missing at a date.';
comment on column reporting_gap.portfolio_id is 'Portfolio the figures are about.';
comment on column reporting_gap.business_unit is 'Business unit that reports.';
comment on column reporting_gap.status_date is 'Date the report is about.';
comment on column reporting_gap.state is 'reported, withheld (declined with a reason) or missing.';
comment on column reporting_gap.figures is 'Number of figures in this state.';
comment on column reporting_gap.share is 'These over all figures expected of the unit; a fraction; null where none is.';
