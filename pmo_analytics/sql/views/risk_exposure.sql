-- Risk exposure: one row per project and status date of its register. Expected monetary value, PMBOK Guide: the sum of
-- probability times impact over the open risks, threats counted against opportunities.
-- narrowed by: project
-- ordered by: exposure desc nulls last, project_id
create or replace macro risk_exposure(known_at) as table
    with open_risk as (
        select
            project_id,
            status_date,
            coalesce(state, 'open') = 'open' as is_open,
            coalesce(kind, 'threat') as kind,
            impact_cost,
            probability is not null and impact_cost is not null as is_assessed,
            probability * impact_cost as amount,
            coalesce(residual_probability, probability) * coalesce(residual_impact_cost, impact_cost) as residual_amount
        from risk_report(known_at)
    ),

    summed as (
        select
            project_id,
            status_date,
            sum(case when is_open and kind = 'threat' then amount end) as threats,
            sum(case when is_open and kind = 'opportunity' then amount end) as opportunities,
            sum(case when is_open and kind = 'threat' then residual_amount end) as residual_threats,
            sum(case when is_open and kind = 'opportunity' then residual_amount end) as residual_opportunities,
            case
                when count(case when is_open and kind = 'threat' then 1 end) = 0 then 0
                else sum(case when is_open and kind = 'threat' then impact_cost end)
            end as threat_impact,
            count(case when is_open then 1 end) as open_risks,
            count(case when is_open and kind = 'threat' then 1 end) as open_threats,
            count(case when is_open and kind = 'opportunity' then 1 end) as open_opportunities,
            count(case when is_open and not is_assessed then 1 end) as unassessed_risks
        from open_risk
        group by project_id, status_date
    ),

    judged as (
        select
            r.project_id,
            r.status_date,
            case when r.open_threats = 0 then 0 else r.threats end as threats,
            case when r.open_opportunities = 0 then 0 else r.opportunities end as opportunities,
            case when r.open_threats = 0 then 0 else r.residual_threats end
            - case when r.open_opportunities = 0 then 0 else r.residual_opportunities end as residual_exposure,
            r.threat_impact,
            r.open_risks,
            r.open_threats,
            r.open_opportunities,
            r.unassessed_risks,
            s.bac
        from summed as r
        left join status_report(known_at) as s on r.project_id = s.project_id and r.status_date = s.status_date
    )

    select
        project_id,
        status_date,
        threats,
        opportunities,
        threats - opportunities as exposure,
        residual_exposure,
        threat_impact,
        open_risks,
        open_threats,
        open_opportunities,
        unassessed_risks,
        bac,
        cast(threats - opportunities as double) / nullif(bac, 0) as exposure_ratio,
        case
            when open_risks = unassessed_risks and open_risks > 0 then 'no open risk has both a probability and a cost impact'
            when threats is null then 'no open threat has both a probability and a cost impact'
            when opportunities is null then 'no open opportunity has both a probability and a cost impact'
            when bac is null then 'no ratio: no budget is reported at this date'
            when bac = 0 then 'no ratio: the budget is zero'
        end as reason
    from judged;

create or replace view risk_exposure as select * from risk_exposure(2147483646);

comment on view risk_exposure is 'Expected cost of the open risks of a project, never a substitute for their distribution. Source: PMBOK Guide, expected monetary value analysis.';
comment on column risk_exposure.project_id is 'Project that carries the risks.';
comment on column risk_exposure.status_date is 'Date the register is about.';
comment on column risk_exposure.threats is
'Sum of probability times cost impact of open threats (no kind: threat, no state: open); project currency, lower is better; null where there are open threats and none is assessed.';
comment on column risk_exposure.opportunities is 'The same sum for the open opportunities; project currency, positive, higher is better; null where there are open ones and none is assessed.';
comment on column risk_exposure.exposure is 'Threats less opportunities; project currency, positive is expected harm, lower is better; null where either is.';
comment on column risk_exposure.residual_exposure is
'Exposure once the planned responses are in place; where no residual value is stated the present one stands; project currency, lower is better; null as exposure.';
comment on column risk_exposure.threat_impact is 'Cost if every open threat struck at once: the sum of the impacts stated; project currency, lower is better; 0 where no threat is open, null where none states one.';
comment on column risk_exposure.open_risks is 'Open threats and opportunities; a count. An expected value over fewer than ten risks says little.';
comment on column risk_exposure.open_threats is 'Open threats; a count.';
comment on column risk_exposure.open_opportunities is 'Open opportunities; a count.';
comment on column risk_exposure.unassessed_risks is 'Open risks without a probability or a cost impact, which the sums leave out; a count, lower is better.';
comment on column risk_exposure.bac is 'Budget at completion reported at the date, for the ratio; project currency; null where not reported.';
comment on column risk_exposure.exposure_ratio is 'Exposure over the budget at completion; a fraction, lower is better; null where the exposure or the budget is unknown, or the budget zero.';
comment on column risk_exposure.reason is 'Why a figure of the row is null; null where none is.';
