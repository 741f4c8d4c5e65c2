-- Benefits of units by the strategic objective they serve: one row per status date, level, unit, currency and objective. Money
-- is cashable and non-cashable with disbenefits counted off; non-monetised benefits are counted, never added.
-- narrowed by: roll-up
-- ordered by: level_id, currency, objective_id
create or replace macro benefit_by_objective(known_at) as table
    with position as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            u.level_name,
            u.currency,
            b.status_date,
            coalesce(b.objective_id, 'not stated') as objective_id,
            coalesce(b.kind, '') in ('cashable', 'non_cashable', 'disbenefit') as is_money,
            b.planned_to_date,
            b.realised_to_date,
            b.planned_whole_life,
            b.forecast_whole_life
        from benefit_position(known_at) as b
        inner join reporting_unit(known_at) as u on b.project_id = u.project_id and b.status_date = u.status_date
    ),

    summed as (
        select
            portfolio_id,
            level,
            level_id,
            level_name,
            currency,
            status_date,
            objective_id,
            count(case when is_money then 1 end) as money_benefits,
            count(case when not is_money then 1 end) as other_benefits,
            count(case when is_money and realised_to_date is not null and planned_to_date is not null then 1 end)
                as benefits_compared,
            sum(case when is_money and realised_to_date is not null then planned_to_date end) as planned_to_date,
            sum(case when is_money and planned_to_date is not null then realised_to_date end) as realised_to_date,
            sum(case when is_money then planned_whole_life end) as planned_whole_life,
            sum(case when is_money then forecast_whole_life end) as forecast_whole_life
        from position
        group by portfolio_id, level, level_id, level_name, currency, status_date, objective_id
    )

    select
        s.portfolio_id,
        s.level,
        s.level_id,
        s.level_name,
        s.currency,
        s.status_date,
        s.objective_id,
        coalesce(o.name, s.objective_id) as objective_name,
        s.money_benefits,
        s.other_benefits,
        s.benefits_compared,
        s.planned_to_date,
        s.realised_to_date,
        cast(s.realised_to_date as double) / nullif(s.planned_to_date, 0) as rate,
        s.planned_whole_life,
        s.forecast_whole_life,
        cast(s.realised_to_date as double) / nullif(s.planned_whole_life, 0) as whole_life_rate,
        case
            when s.money_benefits = 0 then 'no sum: the benefits are not stated in money'
            when s.benefits_compared = 0 then 'nothing is reported as realised yet'
            when s.planned_to_date = 0 then 'no rate: nothing was planned up to this date'
        end as reason
    from summed as s
    left join objective(known_at) as o on s.objective_id = o.objective_id;

create or replace view benefit_by_objective as select * from benefit_by_objective(2147483646);

comment on view benefit_by_objective is
'Benefits planned and realised by strategic objective, with the rate as a ratio of sums. Source: MSP and MoP, benefits mapped to objectives.';
comment on column benefit_by_objective.portfolio_id is 'Portfolio the unit belongs to.';
comment on column benefit_by_objective.level is 'Level: project, programme, business_unit or portfolio.';
comment on column benefit_by_objective.level_id is 'Identifier of the unit.';
comment on column benefit_by_objective.level_name is 'Name of the unit.';
comment on column benefit_by_objective.currency is 'Currency of the money columns; currencies are never added together.';
comment on column benefit_by_objective.status_date is 'Date the report is about.';
comment on column benefit_by_objective.objective_id is 'Strategic objective; not stated where the benefit names none.';
comment on column benefit_by_objective.objective_name is 'Name of the objective.';
comment on column benefit_by_objective.money_benefits is 'Benefits stated in money; a count.';
comment on column benefit_by_objective.other_benefits is 'Benefits not stated in money, which no sum contains; a count.';
comment on column benefit_by_objective.benefits_compared is 'Money benefits with a plan and a realised amount: those the sums are over; a count.';
comment on column benefit_by_objective.planned_to_date is 'Planned to date of the benefits compared, disbenefits counted off; currency of the row; null where there is no money.';
comment on column benefit_by_objective.realised_to_date is 'Realised to date of the same benefits; currency of the row; null where there is no money.';
comment on column benefit_by_objective.rate is 'Sum realised over sum planned to date; a fraction, may pass 1; higher is better; null with the reason beside it.';
comment on column benefit_by_objective.planned_whole_life is 'Planned over all periods; currency of the row.';
comment on column benefit_by_objective.forecast_whole_life is 'Now expected over all periods; currency of the row.';
comment on column benefit_by_objective.whole_life_rate is
'Sum realised to date over sum planned over all periods; a fraction; null where that plan is zero or nothing is reported.';
comment on column benefit_by_objective.reason is 'Why figures of the row are null; null where none is.';
