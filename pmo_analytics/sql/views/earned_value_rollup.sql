-- Earned value of programmes, business units and portfolios: one row per level, id, status date and currency.
-- An index of a group is the ratio of the sums (PMI, The Standard for Earned Value Management, 2019); money of two
-- currencies is never added. A project counts where EV, AC and BAC are known, so that these sums are over the same ones; in
-- PV, SV and SPI, where its PV is known too.
-- narrowed by: roll-up
-- ordered by: portfolio_id, level, level_id, currency
create or replace macro earned_value_rollup(known_at) as table
    with placed as (
        select
            e.portfolio_id,
            e.business_unit,
            p.programme_id,
            e.status_date,
            coalesce(e.currency, 'not stated') as currency,
            e.ev is not null and e.ac is not null and e.bac is not null as is_measured,
            e.pv,
            e.ev,
            e.ac,
            e.bac
        from earned_value(known_at) as e
        inner join project_then(known_at) as p on e.project_id = p.project_id and e.status_date = p.status_date
    ),

    grouped as (
        select
            portfolio_id,
            'portfolio' as level,
            portfolio_id as level_id,
            status_date,
            currency,
            is_measured,
            pv,
            ev,
            ac,
            bac
        from placed

        union all

        select
            portfolio_id,
            'business_unit' as level,
            business_unit as level_id,
            status_date,
            currency,
            is_measured,
            pv,
            ev,
            ac,
            bac
        from placed
        where business_unit is not null

        union all

        select
            portfolio_id,
            'programme' as level,
            programme_id as level_id,
            status_date,
            currency,
            is_measured,
            pv,
            ev,
            ac,
            bac
        from placed
        where programme_id is not null
    ),

    summed as (
        select
            portfolio_id,
            level,
            level_id,
            status_date,
            currency,
            count(*) as projects,
            count(case when is_measured then 1 end) as projects_measured,
            count(case when is_measured and pv is not null then 1 end) as projects_planned,
            sum(case when is_measured then pv end) as pv,
            sum(case when is_measured and pv is not null then ev end) as ev_planned,
            sum(case when is_measured then ev end) as ev,
            sum(case when is_measured then ac end) as ac,
            sum(case when is_measured then bac end) as bac
        from grouped
        group by portfolio_id, level, level_id, status_date, currency
    ),

    indexed as (
        select
            portfolio_id,
            level,
            level_id,
            status_date,
            currency,
            projects,
            projects_measured,
            projects_planned,
            pv,
            ev_planned,
            ev,
            ac,
            bac,
            cast(ev as double) / nullif(ac, 0) as cpi,
            cast(ev_planned as double) / nullif(pv, 0) as spi,
            cast(bac as double) * nullif(ac, 0) / nullif(ev, 0) as eac
        from summed
    )

    select
        portfolio_id,
        level,
        level_id,
        status_date,
        currency,
        projects,
        projects_measured,
        projects_planned,
        pv,
        ev,
        ac,
        bac,
        ev - ac as cv,
        ev_planned - pv as sv,
        cpi,
        spi,
        cast(ev as double) / nullif(bac, 0) as earned_share,
        eac,
        eac - ac as etc,
        bac - eac as vac,
        cast(bac - ev as double) / nullif(bac - ac, 0) + 0 as tcpi,
        nullif(concat_ws(
            '; ',
            case when projects_measured = 0 then 'no project reports EV, AC and BAC' end,
            case
                when projects_measured between 1 and projects - 1
                    then concat(projects - projects_measured, ' of ', projects, ' projects left out: not all of EV, AC, BAC known')
            end,
            case
                when projects_planned < projects_measured
                    then concat('no PV of ', projects_measured - projects_planned, ' of ', projects_measured, ' measured: left out of PV, SV and SPI')
            end,
            case when ac = 0 then 'no actual cost booked yet: no CPI, no EAC' end,
            case when pv = 0 then 'nothing planned by now: no SPI' end,
            case when ev = 0 and ac <> 0 then 'nothing earned yet: no EAC' end,
            case when ac >= bac and ev < bac then 'budget spent with work left: the TCPI for the budget is not attainable' end
        ), '') as reason
    from indexed;

create or replace view earned_value_rollup as select * from earned_value_rollup(2147483646);

comment on view earned_value_rollup is 'Earned value of each programme, business unit and portfolio that reports at a date, as ratios of sums, one row per currency. Source: PMI, The Standard for Earned Value Management (2019).';
comment on column earned_value_rollup.portfolio_id is 'Portfolio the group belongs to.';
comment on column earned_value_rollup.level is 'Kind of group: portfolio, business_unit or programme.';
comment on column earned_value_rollup.level_id is 'Which group: its portfolio_id, business unit or programme_id.';
comment on column earned_value_rollup.status_date is 'Date the reports are about.';
comment on column earned_value_rollup.currency is 'Currency of the money columns; currencies are never added together.';
comment on column earned_value_rollup.projects is 'Projects of the group that report at the date; a count.';
comment on column earned_value_rollup.projects_measured is 'Of these, projects with EV, AC and BAC known, over which the sums are taken; EV may come from percent complete; a count.';
comment on column earned_value_rollup.projects_planned is 'Of the projects measured, those whose PV is known too, over which PV, SV and SPI are taken; a count.';
comment on column earned_value_rollup.pv is 'Sum of planned value; money; null where no measured project has any.';
comment on column earned_value_rollup.ev is 'Sum of earned value; money; null where no project is measured.';
comment on column earned_value_rollup.ac is 'Sum of actual cost; money; null where no project is measured.';
comment on column earned_value_rollup.bac is 'Sum of budgets at completion; money; null where no project is measured.';
comment on column earned_value_rollup.cv is 'Cost variance of the sums, EV - AC; money; positive is good.';
comment on column earned_value_rollup.sv is 'Schedule variance, EV - PV summed over the projects planned; money; positive is good.';
comment on column earned_value_rollup.cpi is 'Cost performance index, sum of EV / sum of AC; 1 is on cost, higher is better; null until AC is booked.';
comment on column earned_value_rollup.spi is 'Schedule performance index, sum of EV / sum of PV over the projects planned; 1 is on plan, higher is better; null until something is planned.';
comment on column earned_value_rollup.earned_share is 'Sum of EV / sum of BAC; a fraction; null where BAC is 0.';
comment on column earned_value_rollup.eac is 'Estimate at completion of the group, BAC / CPI of the sums; money, lower is better; differs from the sum of the projects'' own EACs.';
comment on column earned_value_rollup.etc is 'Estimate to complete, EAC - AC; money; null where EAC is.';
comment on column earned_value_rollup.vac is 'Variance at completion, BAC - EAC; money; negative is an overrun; null where EAC is.';
comment on column earned_value_rollup.tcpi is 'To-complete performance index for the budget, (BAC - EV) / (BAC - AC) of the sums; negative once AC passes BAC; null where AC equals BAC.';
comment on column earned_value_rollup.reason is 'Why figures of the row are null or to be doubted, in words; null where there is nothing to say.';
