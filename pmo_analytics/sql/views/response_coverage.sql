-- How far open threats have a response and an owner: one row per status date, level, unit and currency. Shares are ratios of
-- sums. PRINCE2 risk practice: each risk has a response and an owner.
-- narrowed by: roll-up
-- ordered by: level_id, currency
create or replace macro response_coverage(known_at) as table
    with threat as (
        select
            project_id,
            status_date,
            lower(trim(coalesce(response, ''))) not in ('', 'none', 'n/a', 'tbc', 'tbd') as has_response,
            trim(coalesce(owner, '')) <> '' as has_owner,
            probability * impact_cost as amount
        from risk_report(known_at)
        where coalesce(state, 'open') = 'open' and coalesce(kind, 'threat') = 'threat'
    )

    select
        u.portfolio_id,
        u.level,
        u.level_id,
        u.level_name,
        u.currency,
        t.status_date,
        count(*) as open_threats,
        count(case when t.has_response then 1 end) as with_response,
        count(case when t.has_owner then 1 end) as with_owner,
        cast(count(case when t.has_response then 1 end) as double) / count(*) as response_coverage,
        cast(count(case when t.has_owner then 1 end) as double) / count(*) as owner_coverage,
        sum(t.amount) as threats,
        case when bool_and(t.has_response) then 0 else sum(case when not t.has_response then t.amount end) end
            as threats_without_response,
        cast(sum(case when t.has_response then t.amount else 0 end) as double) / nullif(sum(t.amount), 0)
            as exposure_coverage,
        case when coalesce(sum(t.amount), 0) = 0 then 'no exposure: no open threat has a probability and a cost impact above zero' end
            as reason
    from threat as t
    inner join reporting_unit(known_at) as u on t.project_id = u.project_id and t.status_date = u.status_date
    group by u.portfolio_id, u.level, u.level_id, u.level_name, u.currency, t.status_date;

create or replace view response_coverage as select * from response_coverage(2147483646);

comment on view response_coverage is 'Share of the open threats that have a planned response and an owner. Source: PRINCE2 risk practice (response, risk owner).';
comment on column response_coverage.portfolio_id is 'Portfolio the unit belongs to.';
comment on column response_coverage.level is 'Level: project, programme, business_unit or portfolio.';
comment on column response_coverage.level_id is 'Identifier of the unit.';
comment on column response_coverage.level_name is 'Name of the unit.';
comment on column response_coverage.currency is 'Currency of the money columns.';
comment on column response_coverage.status_date is 'Date the registers are about.';
comment on column response_coverage.open_threats is 'Open threats, the denominator of the two coverages; a count.';
comment on column response_coverage.with_response is 'Of these, threats with a planned response; blank, none, n/a, tbc and tbd are no response.';
comment on column response_coverage.with_owner is 'Of these, threats with a named owner.';
comment on column response_coverage.response_coverage is 'Threats with a response over open threats; a fraction, higher is better.';
comment on column response_coverage.owner_coverage is 'Threats with an owner over open threats; a fraction, higher is better.';
comment on column response_coverage.threats is 'Sum of probability times cost impact of the open threats that state both; currency of the row; null where none does.';
comment on column response_coverage.threats_without_response is 'The part of that sum without a response; currency of the row, lower is better; 0 where all have one, null where no threat without one states both.';
comment on column response_coverage.exposure_coverage is 'Share of that sum with a response; a fraction, higher is better; null where the sum is zero or not known.';
comment on column response_coverage.reason is 'Why exposure_coverage is null; null where it is not.';
