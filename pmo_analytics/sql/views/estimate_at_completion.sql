-- What each project will cost in the end, by four named estimates: one row per project and status date.
-- Formulas: PMI, The Standard for Earned Value Management (2019); GAO Cost Estimating and Assessment Guide (2020).
-- narrowed by: project
-- ordered by: project_id
create or replace macro estimate_at_completion(known_at) as table
    with estimated as (
        select
            e.portfolio_id,
            e.business_unit,
            e.project_id,
            e.name,
            e.status_date,
            e.currency,
            e.bac,
            e.ev,
            e.ac,
            e.eac as eac_cpi,
            e.ac + e.bac - e.ev as eac_plan_rate,
            cast(e.ac as double)
            + cast(e.bac - e.ev as double) * nullif(e.ac, 0) * nullif(e.pv, 0) / nullif(cast(e.ev as double) * e.ev, 0)
                as eac_cpi_spi,
            s.forecast_cost as eac_manager,
            e.reason as position_reason
        from earned_value(known_at) as e
        inner join status_report(known_at) as s on e.project_id = s.project_id and e.status_date = s.status_date
    )

    select
        portfolio_id,
        business_unit,
        project_id,
        name,
        status_date,
        currency,
        bac,
        eac_cpi,
        eac_plan_rate,
        eac_cpi_spi,
        eac_manager,
        eac_manager - ac as etc_manager,
        bac - eac_manager as vac_manager,
        case when ev <> bac then cast(bac - ev as double) / nullif(eac_manager - ac, 0) end as tcpi_manager,
        eac_cpi - eac_manager as manager_below_record,
        nullif(concat_ws(
            '; ',
            position_reason,
            case when eac_manager is null then 'the manager gives no forecast cost' end,
            case when eac_manager < ac then 'the manager forecasts less than is already spent' end
        ), '') as reason
    from estimated;

create or replace view estimate_at_completion as select * from estimate_at_completion(2147483646);

comment on view estimate_at_completion is 'Estimates at completion by four named methods, side by side; none is the truth, their spread says how open the end is. Source: PMI, The Standard for Earned Value Management (2019); GAO Cost Estimating and Assessment Guide (2020).';
comment on column estimate_at_completion.portfolio_id is 'Portfolio the project belongs to.';
comment on column estimate_at_completion.business_unit is 'Business unit that owns the project.';
comment on column estimate_at_completion.project_id is 'Project that reports.';
comment on column estimate_at_completion.name is 'Name of the project.';
comment on column estimate_at_completion.status_date is 'Date the report is about.';
comment on column estimate_at_completion.currency is 'Currency of the money columns.';
comment on column estimate_at_completion.bac is 'Budget at completion (BAC); project currency.';
comment on column estimate_at_completion.eac_cpi is 'BAC / CPI: the rest is earned at the cost efficiency so far; project currency, lower is better; null until EV and AC are booked.';
comment on column estimate_at_completion.eac_plan_rate is 'AC + BAC - EV: the rest costs what was budgeted; project currency, lower is better; null unless all three are known.';
comment on column estimate_at_completion.eac_cpi_spi is 'AC + (BAC - EV) / (CPI x SPI): the rest also pays for catching up; project currency, lower is better; null where CPI or SPI is null or 0.';
comment on column estimate_at_completion.eac_manager is 'Forecast cost as the project manager reports it (AC + bottom-up ETC); project currency; null where none is given.';
comment on column estimate_at_completion.etc_manager is 'What the manager still expects to spend, eac_manager - AC; project currency; negative contradicts itself; null unless both are known.';
comment on column estimate_at_completion.vac_manager is 'BAC - eac_manager; project currency; negative is an overrun the manager admits; null unless both are known.';
comment on column estimate_at_completion.tcpi_manager is 'To-complete performance index for the manager''s estimate, (BAC - EV) / (eac_manager - AC): the efficiency the rest needs; compare with CPI (DECM 27A106a: a gap above 0.10 is not credible); null where all work is earned or nothing is left to spend.';
comment on column estimate_at_completion.manager_below_record is 'eac_cpi - eac_manager; project currency; positive: the manager expects less cost than the record so far suggests; null unless both are known.';
comment on column estimate_at_completion.reason is 'Why figures of the row are null or to be doubted, in words; null where there is nothing to say.';
