-- How many open risks stand in each cell of the probability and impact matrix: one row per status date, level, unit, currency,
-- kind and cell; only cells that hold a risk. PMBOK Guide, probability and impact matrix.
-- narrowed by: roll-up
-- ordered by: kind desc, score desc, probability_band desc, level_id, currency
create or replace macro risk_heatmap(known_at) as table
    select
        u.portfolio_id,
        u.level,
        u.level_id,
        u.level_name,
        u.currency,
        r.status_date,
        r.kind,
        r.probability_band,
        r.impact_band,
        r.score,
        r.zone,
        count(*) as risks,
        sum(r.exposure) as exposure
    from risk_rating(known_at) as r
    inner join reporting_unit(known_at) as u on r.project_id = u.project_id and r.status_date = u.status_date
    where r.score is not null
    group by
        u.portfolio_id, u.level, u.level_id, u.level_name, u.currency, r.status_date, r.kind, r.probability_band, r.impact_band,
        r.score, r.zone;

create or replace view risk_heatmap as select * from risk_heatmap(2147483646);

comment on view risk_heatmap is
'Open risks by cell of the probability and impact matrix; risks without a place are in risk_rating with the reason. Source: PMBOK Guide, probability and impact matrix.';
comment on column risk_heatmap.portfolio_id is 'Portfolio the unit belongs to.';
comment on column risk_heatmap.level is 'Level: project, programme, business_unit or portfolio.';
comment on column risk_heatmap.level_id is 'Identifier of the unit.';
comment on column risk_heatmap.level_name is 'Name of the unit.';
comment on column risk_heatmap.currency is 'Currency of the exposure; currencies are never added together.';
comment on column risk_heatmap.status_date is 'Date the registers are about.';
comment on column risk_heatmap.kind is 'threat or opportunity.';
comment on column risk_heatmap.probability_band is 'Point of the probability scale, .1 to .9.';
comment on column risk_heatmap.impact_band is 'Point of the impact scale, .05 to .8.';
comment on column risk_heatmap.score is 'Product of the two, rounded half up; lower is better for a threat.';
comment on column risk_heatmap.zone is 'high, moderate or low.';
comment on column risk_heatmap.risks is 'Open risks in the cell; a count.';
comment on column risk_heatmap.exposure is 'Sum of their probability times cost impact; currency of the row, positive for both kinds; null where no cost is stated.';
