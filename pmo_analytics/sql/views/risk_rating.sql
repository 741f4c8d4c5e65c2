-- Probability and impact rating of each open risk: one row per project, risk and status date. The scales and scores are those
-- of the PMBOK Guide's probability and impact matrix; impact is the worse of cost against budget and delay against duration.
-- narrowed by: project
-- ordered by: score desc nulls last, cost_ratio desc nulls last, project_id, risk_id
create or replace macro risk_rating(known_at) as table
    with related as (
        select
            r.project_id,
            r.risk_id,
            r.status_date,
            r.title,
            r.owner,
            coalesce(r.kind, 'threat') as kind,
            r.probability,
            r.impact_cost,
            r.probability * r.impact_cost as exposure,
            cast(r.impact_cost as double) / nullif(s.bac, 0) as cost_ratio,
            cast(r.impact_days as double) / nullif(date_diff('day', s.start, s.baseline_finish), 0) as delay_ratio
        from risk_report(known_at) as r
        left join status_report(known_at) as s on r.project_id = s.project_id and r.status_date = s.status_date
        where coalesce(r.state, 'open') = 'open'
    ),

    banded as (
        select
            project_id,
            risk_id,
            status_date,
            title,
            owner,
            kind,
            exposure,
            cost_ratio,
            delay_ratio,
            case
                when probability is null then null
                when probability < 0.2 then cast(0.1 as decimal(4, 2))
                when probability < 0.4 then cast(0.3 as decimal(4, 2))
                when probability < 0.6 then cast(0.5 as decimal(4, 2))
                when probability < 0.8 then cast(0.7 as decimal(4, 2))
                else cast(0.9 as decimal(4, 2))
            end as probability_band,
            case
                when cost_ratio is null and delay_ratio is null then null
                when cost_ratio > 0.4 + 1e-9 or delay_ratio > 0.2 + 1e-9 then cast(0.8 as decimal(4, 2))
                when cost_ratio > 0.2 + 1e-9 or delay_ratio > 0.1 + 1e-9 then cast(0.4 as decimal(4, 2))
                when cost_ratio > 0.1 + 1e-9 or delay_ratio > 0.05 + 1e-9 then cast(0.2 as decimal(4, 2))
                when cost_ratio > 0.01 + 1e-9 or delay_ratio > 0.01 + 1e-9 then cast(0.1 as decimal(4, 2))
                else cast(0.05 as decimal(4, 2))
            end as impact_band
        from related
    )

    select
        project_id,
        risk_id,
        status_date,
        title,
        owner,
        kind,
        exposure,
        cost_ratio,
        delay_ratio,
        probability_band,
        impact_band,
        round(probability_band * impact_band, 2) as score,
        case
            when round(probability_band * impact_band, 2) >= 0.18 then 'high'
            when round(probability_band * impact_band, 2) >= 0.06 then 'moderate'
            when probability_band * impact_band is not null then 'low'
        end as zone,
        case
            when probability_band is null then 'no probability is stated'
            when impact_band is null then 'no cost impact and budget, nor delay and duration, are stated'
        end as reason
    from banded;

create or replace view risk_rating as select * from risk_rating(2147483646);

comment on view risk_rating is 'Place of each open risk in the probability and impact matrix. Source: PMBOK Guide, probability and impact matrix.';
comment on column risk_rating.project_id is 'Project that carries the risk.';
comment on column risk_rating.risk_id is 'Identifier of the risk.';
comment on column risk_rating.status_date is 'Date the register is about.';
comment on column risk_rating.title is 'What may happen.';
comment on column risk_rating.owner is 'Person who answers for the risk; null where none is named.';
comment on column risk_rating.kind is 'threat or opportunity.';
comment on column risk_rating.exposure is 'Probability times cost impact; project currency, positive for both kinds; null where one is not stated.';
comment on column risk_rating.cost_ratio is 'Cost impact over the budget at completion; a fraction; null where either is unknown or the budget is zero.';
comment on column risk_rating.delay_ratio is 'Delay over the planned duration, both in calendar days; a fraction; null where either is unknown or zero.';
comment on column risk_rating.probability_band is 'Point of the probability scale, .1 .3 .5 .7 .9, each standing for a fifth of the range; null without a probability.';
comment on column risk_rating.impact_band is
'Impact point, the worse of cost and time: .05 to 1% (house), .1 to 10% cost or 5% time, .2 to 20 or 10%, .4 to 40 or 20%, .8 beyond; null without either.';
comment on column risk_rating.score is
'Probability point times impact point, rounded half up to two places as the published matrix is; 0.01 to 0.72, lower is better for a threat; null without either point.';
comment on column risk_rating.zone is 'high from .18, moderate from .06, low below, as the published matrix is shaded; null without a score.';
comment on column risk_rating.reason is 'Why the risk has no place in the matrix; null where it has one.';
