-- Earned value position: one row per project and status date, from one report; what the report does not state is taken from the
-- approved baseline (BAC) and its planned value curve (PV, days within a period in proportion).
-- Terms and formulas: PMI, The Standard for Earned Value Management (2019); NASA EVM Implementation Handbook.
-- narrowed by: project
-- ordered by: project_id
create or replace macro earned_value(known_at) as table
    with approved as (
        select
            s.project_id,
            s.status_date,
            arg_max(b.bac, b.baseline_no) as bac
        from status_report(known_at) as s
        inner join baseline(known_at) as b
            on s.project_id = b.project_id and (b.approved_on is null or s.reported_on >= b.approved_on)
        where s.bac is null
        group by s.project_id, s.status_date
    ),

    curve as (
        select
            p.project_id,
            p.status_date,
            p.period_end,
            p.pv,
            lag(p.pv, 1, 0) over periods as pv_before,
            p.opens,
            p.period_no,
            max(p.period_end) over (partition by p.project_id, p.status_date) as last_end,
            p.reported_on
        from plan_in_force(known_at) as p
        inner join status_report(known_at) as s on p.project_id = s.project_id and p.status_date = s.status_date
        where s.pv is null
        window periods as (
            partition by p.project_id, p.status_date
            order by p.period_no
        )
    ),

    planned as (
        select
            project_id,
            status_date,
            max(cast(
                case
                    when reported_on >= last_end and period_end = last_end then pv
                    when period_no = 1 and reported_on <= opens then 0
                    when reported_on >= period_end or reported_on < coalesce(opens, reported_on) then null
                    when reported_on = opens then pv_before
                    when opens is not null
                        then
                            pv_before
                            + (pv - pv_before) * cast(date_diff('day', opens, reported_on) as double)
                            / date_diff('day', opens, period_end)
                end as decimal(18, 2)
            )) as pv
        from curve
        group by project_id, status_date
    ),

    stated as (
        select
            p.portfolio_id,
            p.business_unit,
            s.project_id,
            p.name,
            s.status_date,
            p.currency,
            coalesce(s.pv, c.pv) as pv,
            case when s.pv is not null then 'reported' when c.pv is not null then 'planned value curve' end as pv_basis,
            s.ev,
            s.percent_complete,
            s.ac,
            coalesce(s.bac, a.bac) as bac,
            case when s.bac is not null then 'reported' when a.bac is not null then 'baseline' end as bac_basis
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        left join approved as a on s.project_id = a.project_id and s.status_date = a.status_date
        left join planned as c on s.project_id = c.project_id and s.status_date = c.status_date
    ),

    reported as (
        select
            portfolio_id,
            business_unit,
            project_id,
            name,
            status_date,
            currency,
            pv,
            pv_basis,
            coalesce(ev, cast(bac * percent_complete / 100 as decimal(18, 2))) as ev,
            case
                when ev is not null then 'reported'
                when bac is not null and percent_complete is not null then 'BAC x percent complete'
            end as ev_basis,
            ac,
            bac,
            bac_basis
        from stated
    ),

    indexed as (
        select
            portfolio_id,
            business_unit,
            project_id,
            name,
            status_date,
            currency,
            pv,
            pv_basis,
            ev,
            ev_basis,
            ac,
            bac,
            bac_basis,
            cast(ev as double) / nullif(ac, 0) as cpi,
            cast(ev as double) / nullif(pv, 0) as spi,
            cast(bac as double) * nullif(ac, 0) / nullif(ev, 0) as eac
        from reported
    )

    select
        portfolio_id,
        business_unit,
        project_id,
        name,
        status_date,
        currency,
        pv,
        pv_basis,
        ev,
        ev_basis,
        ac,
        bac,
        bac_basis,
        ev - ac as cv,
        ev - pv as sv,
        cast(ev - ac as double) / nullif(ev, 0) as cv_ratio,
        cast(ev - pv as double) / nullif(pv, 0) as sv_ratio,
        cpi,
        spi,
        cast(ev as double) / nullif(bac, 0) as earned_share,
        cast(ac as double) / nullif(bac, 0) as spent_share,
        eac,
        eac - ac as etc,
        bac - eac as vac,
        cast(bac - ev as double) / nullif(bac - ac, 0) + 0 as tcpi,
        case when ev <> bac then cast(bac - ev as double) / nullif(eac - ac, 0) end as tcpi_eac,
        ac < bac or ev >= bac as is_bac_attainable,
        nullif(concat_ws(
            '; ',
            case when ev is null then 'no earned value reported' end,
            case when pv is null then 'no planned value reported' end,
            case when ac is null then 'no actual cost reported' end,
            case when bac is null then 'no budget at completion reported' end,
            case when bac = 0 then 'budget at completion is zero' end,
            case when ac = 0 then 'no actual cost booked yet: no CPI, no EAC' end,
            case when ac < 0 then 'actual cost is negative: reversals exceed bookings, CPI and EAC carry no meaning' end,
            case when pv = 0 then 'nothing planned by now: no SPI' end,
            case when ev = 0 and ac <> 0 then 'nothing earned yet: no EAC' end,
            case when ev > bac then 'earned value exceeds the budget at completion: an error in the data' end,
            case when ac >= bac and ev < bac then 'budget spent with work left: the TCPI for the budget is not attainable' end,
            case when ev = bac and ev > 0 then 'all work earned: no TCPI for the EAC' end
        ), '') as reason
    from indexed;

create or replace view earned_value as select * from earned_value(2147483646);

comment on view earned_value is 'Earned value position of each project at each status date; money is cumulative. Source: PMI, The Standard for Earned Value Management (2019); NASA EVM Implementation Handbook. The EAC here is BAC / CPI; estimate_at_completion has the others.';
comment on column earned_value.portfolio_id is 'Portfolio the project belongs to.';
comment on column earned_value.business_unit is 'Business unit that owns the project.';
comment on column earned_value.project_id is 'Project that reports.';
comment on column earned_value.name is 'Name of the project.';
comment on column earned_value.status_date is 'Date the report is about.';
comment on column earned_value.currency is 'Currency of the money columns.';
comment on column earned_value.pv is 'Planned value (PV, BCWS): budget of the work planned by now; project currency; null where not reported.';
comment on column earned_value.ev is 'Earned value (EV, BCWP): budget of the work done by now; project currency; BAC x percent complete where no EV is reported; null where neither is known.';
comment on column earned_value.pv_basis is 'Where PV comes from: reported, planned value curve, or null.';
comment on column earned_value.bac_basis is 'Where BAC comes from: reported, baseline (the one in force at the date), or null.';
comment on column earned_value.ev_basis is 'Where EV comes from: reported, or BAC x percent complete; null where EV is null.';
comment on column earned_value.ac is 'Actual cost (AC, ACWP) by now; project currency; negative where reversals exceed bookings; null where not reported.';
comment on column earned_value.bac is 'Budget at completion (BAC); project currency; null where not reported.';
comment on column earned_value.cv is 'Cost variance, EV - AC; project currency; positive is good; null unless both are known.';
comment on column earned_value.sv is 'Schedule variance, EV - PV; project currency; positive is good; returns to 0 at completion however late (see earned_schedule); null unless both are known.';
comment on column earned_value.cv_ratio is 'Cost variance over EV; a fraction, positive is good; null where EV is 0 or unknown.';
comment on column earned_value.sv_ratio is 'Schedule variance over PV; a fraction, positive is good; null where PV is 0 or unknown.';
comment on column earned_value.cpi is 'Cost performance index, EV / AC; 1 is on cost, higher is better; null until AC is booked.';
comment on column earned_value.spi is 'Schedule performance index, EV / PV; 1 is on plan, higher is better; returns to 1 at completion however late; null until something is planned.';
comment on column earned_value.earned_share is 'EV / BAC, the share of the budgeted work done; a fraction; null where BAC is 0 or unknown.';
comment on column earned_value.spent_share is 'AC / BAC, the share of the budget spent; a fraction; null where BAC is 0 or unknown.';
comment on column earned_value.eac is 'Estimate at completion, BAC / CPI: the rest is earned at the efficiency so far; project currency, lower is better; null until both EV and AC are booked.';
comment on column earned_value.etc is 'Estimate to complete, EAC - AC with EAC = BAC / CPI; project currency; null where EAC is.';
comment on column earned_value.vac is 'Variance at completion, BAC - EAC with EAC = BAC / CPI; project currency; negative is an overrun; null where EAC is.';
comment on column earned_value.tcpi is 'To-complete performance index for the budget, (BAC - EV) / (BAC - AC): the efficiency the rest needs to end on budget; lower is easier; negative once AC passes BAC, and then not attainable; null where AC equals BAC.';
comment on column earned_value.tcpi_eac is 'To-complete performance index for the estimate, (BAC - EV) / (EAC - AC) with EAC = BAC / CPI, so it equals CPI; null where all work is earned or EAC is null.';
comment on column earned_value.is_bac_attainable is 'False where the budget is spent and work is left, so that no efficiency can end on budget; null where EV, AC or BAC is unknown.';
comment on column earned_value.reason is 'Why figures of the row are null or to be doubted, in words; null where there is nothing to say.';
