-- Benefits against plan to the same date: one row per project, benefit and period. The amounts supplied are per period; here
-- they are added up to each period. Realisation rate: realised over planned to the same date (MSP, benefits realisation).
-- narrowed by: project
-- dated by: period_end <= $status_date
-- ordered by: project_id, benefit_id, period_end
create or replace macro benefit_realisation(known_at) as table
    with added as (
        select
            project_id,
            benefit_id,
            period_end,
            name,
            kind,
            objective_id,
            owner,
            sum(planned) over to_date as planned_to_date,
            sum(realised) over to_date as realised_to_date,
            sum(planned) over whole_life as planned_whole_life,
            sum(coalesce(forecast, planned)) over whole_life as forecast_whole_life,
            count(case when realised is null then 1 end) over to_date as periods_unreported,
            max(case when realised is not null then period_end end) over whole_life as last_reported
        from benefit(known_at)
        window
            to_date as (partition by project_id, benefit_id order by period_end),
            whole_life as (partition by project_id, benefit_id)
    ),

    dated as (
        select
            project_id,
            benefit_id,
            period_end,
            name,
            kind,
            objective_id,
            owner,
            planned_to_date,
            case when period_end <= last_reported then realised_to_date end as realised_to_date,
            planned_whole_life,
            forecast_whole_life,
            periods_unreported
        from added
    )

    select
        project_id,
        benefit_id,
        period_end,
        name,
        kind,
        objective_id,
        owner,
        planned_to_date,
        realised_to_date,
        realised_to_date - planned_to_date as variance,
        cast(realised_to_date as double) / nullif(planned_to_date, 0) as rate,
        planned_whole_life,
        forecast_whole_life,
        cast(realised_to_date as double) / nullif(planned_whole_life, 0) as whole_life_rate,
        periods_unreported,
        case
            when realised_to_date is null then 'nothing is reported as realised for this period or later'
            when planned_to_date is null then 'no rate: no plan is stated up to this period'
            when planned_to_date = 0 and planned_whole_life = 0 then 'no rates: the plan is zero'
            when planned_to_date = 0 then 'no rate: nothing was planned up to this period'
        end as reason
    from dated;

create or replace view benefit_realisation as select * from benefit_realisation(2147483646);

comment on view benefit_realisation is
'What each benefit was to bring and has brought, added up to each period. Source: MSP, benefits realisation; rate as in public PMO handbooks.';
comment on column benefit_realisation.project_id is 'Project that delivers the benefit.';
comment on column benefit_realisation.benefit_id is 'Identifier of the benefit.';
comment on column benefit_realisation.period_end is 'Last day of the period up to which is added.';
comment on column benefit_realisation.name is 'What the benefit is called.';
comment on column benefit_realisation.kind is 'cashable, non_cashable, non_monetised or disbenefit; only money is ever added across benefits.';
comment on column benefit_realisation.objective_id is 'Strategic objective the benefit serves; null where none is stated.';
comment on column benefit_realisation.owner is 'Person who answers for the benefit; null where none is named.';
comment on column benefit_realisation.planned_to_date is
'Planned up to the period, cumulative; project currency (own unit if non-monetised); a disbenefit carries a minus sign; null without a plan.';
comment on column benefit_realisation.realised_to_date is
'Realised up to the period, cumulative, of the periods reported; sign and unit as planned; null after the last period reported.';
comment on column benefit_realisation.variance is 'Realised less planned to date; positive is good, for a disbenefit too; null where either is.';
comment on column benefit_realisation.rate is
'Realised over planned to the same date; a fraction, 1 is on plan, may pass 1; higher is better, for a disbenefit lower; null where the plan is zero or one part is unknown.';
comment on column benefit_realisation.planned_whole_life is 'Planned over all periods; sign and unit as planned.';
comment on column benefit_realisation.forecast_whole_life is 'Now expected over all periods, the plan standing where no forecast is stated; sign and unit as planned.';
comment on column benefit_realisation.whole_life_rate is
'Realised to date over planned over all periods; a fraction, may pass 1; null where that plan is zero or nothing is reported.';
comment on column benefit_realisation.periods_unreported is 'Periods up to this one without a realised amount, which the sum leaves out; a count, lower is better.';
comment on column benefit_realisation.reason is 'Why a figure of the row is null; null where none is.';
