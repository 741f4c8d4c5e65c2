-- Risk exposure of units: one row per status date, level, unit and currency. Sums of the exposures of the projects; the
-- ratio is a ratio of sums over the projects where both parts are known.
-- narrowed by: roll-up
-- ordered by: level_id, currency
create or replace macro risk_exposure_rollup(known_at) as table
    with summed as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            u.level_name,
            u.currency,
            r.status_date,
            count(*) as projects,
            count(r.exposure) as projects_assessed,
            sum(case when r.exposure is not null then r.threats end) as threats,
            sum(case when r.exposure is not null then r.opportunities end) as opportunities,
            sum(r.exposure) as exposure,
            sum(r.residual_exposure) as residual_exposure,
            sum(r.threat_impact) as threat_impact,
            sum(r.open_threats) as open_threats,
            sum(r.open_risks) as open_risks,
            sum(r.unassessed_risks) as unassessed_risks,
            sum(case when r.bac is not null then r.exposure end) as exposure_with_bac,
            sum(case when r.exposure is not null then r.bac end) as bac,
            sum(r.open_risks) = 0 or count(case when r.open_risks > 0 then r.exposure end) > 0 as is_assessed
        from risk_exposure(known_at) as r
        inner join reporting_unit(known_at) as u on r.project_id = u.project_id and r.status_date = u.status_date
        group by u.portfolio_id, u.level, u.level_id, u.level_name, u.currency, r.status_date
    )

    select
        portfolio_id,
        level,
        level_id,
        level_name,
        currency,
        status_date,
        projects,
        projects_assessed,
        case when is_assessed then threats end as threats,
        case when is_assessed then opportunities end as opportunities,
        case when is_assessed then exposure end as exposure,
        case when is_assessed then residual_exposure end as residual_exposure,
        case when open_threats = 0 or threat_impact > 0 then threat_impact end as threat_impact,
        open_risks,
        unassessed_risks,
        case when is_assessed then cast(exposure_with_bac as double) / nullif(bac, 0) end as exposure_ratio,
        case
            when not is_assessed and open_risks > unassessed_risks then 'no project states both what its threats and what its opportunities may bring'
            when not is_assessed then 'no open risk has both a probability and a cost impact'
            when bac is null then 'no ratio: no budget is reported at this date'
            when bac = 0 then 'no ratio: the budgets add up to zero'
        end as reason
    from summed;

create or replace view risk_exposure_rollup as select * from risk_exposure_rollup(2147483646);

comment on view risk_exposure_rollup is
'Risk exposure of a project, programme, business unit or portfolio, in each of its currencies. Source: PMBOK Guide, expected monetary value.';
comment on column risk_exposure_rollup.portfolio_id is 'Portfolio the unit belongs to.';
comment on column risk_exposure_rollup.level is 'Level: project, programme, business_unit or portfolio.';
comment on column risk_exposure_rollup.level_id is 'Identifier of the unit.';
comment on column risk_exposure_rollup.level_name is 'Name of the unit.';
comment on column risk_exposure_rollup.currency is 'Currency of the money columns; currencies are never added together.';
comment on column risk_exposure_rollup.status_date is 'Date the registers are about.';
comment on column risk_exposure_rollup.projects is 'Projects with a register at the date; a count.';
comment on column risk_exposure_rollup.projects_assessed is 'Of these, projects whose exposure is known; a count.';
comment on column risk_exposure_rollup.threats is 'Sum of the expected cost of threats; currency of the row, lower is better; over the projects whose exposure is known; null where there are open risks and none is.';
comment on column risk_exposure_rollup.opportunities is
'Sum of the expected saving of opportunities; currency of the row, positive, higher is better; over the projects whose exposure is known; null where there are open risks and none is.';
comment on column risk_exposure_rollup.exposure is 'Threats less opportunities; currency of the row, lower is better; over the projects whose exposure is known; null where there are open risks and none is.';
comment on column risk_exposure_rollup.residual_exposure is
'Exposure once the planned responses are in place; currency of the row, lower is better; over the projects whose exposure is known; null where there are open risks and none is.';
comment on column risk_exposure_rollup.threat_impact is 'Cost if every open threat struck at once; currency of the row, lower is better; null where no threat states one.';
comment on column risk_exposure_rollup.open_risks is 'Open risks; a count.';
comment on column risk_exposure_rollup.unassessed_risks is 'Open risks the sums leave out, without probability or impact; a count, lower is better.';
comment on column risk_exposure_rollup.exposure_ratio is
'Sum of exposure over sum of budget of the projects where both are known; a fraction, lower is better; null where that sum is zero or none is known.';
comment on column risk_exposure_rollup.reason is 'Why a figure of the row is null; null where none is.';
