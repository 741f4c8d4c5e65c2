-- Benefits of units by kind: one row per status date, level, unit, currency and kind, and one for the money of all kinds (kind
-- `all money`: cashable and non-cashable with disbenefits counted off). Non-monetised benefits are counted, never added.
-- narrowed by: roll-up
-- ordered by: level_id, currency, kind
create or replace macro benefit_by_kind(known_at) as table
    with position as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            u.level_name,
            u.currency,
            b.status_date,
            coalesce(b.kind, 'not stated') as kind,
            coalesce(b.kind, '') in ('cashable', 'non_cashable', 'disbenefit') as is_money,
            coalesce(b.kind, '') <> 'disbenefit' and b.rate >= 1 - 1e-9 as is_on_plan,
            b.planned_to_date,
            b.realised_to_date,
            b.planned_whole_life,
            b.forecast_whole_life
        from benefit_position(known_at) as b
        inner join reporting_unit(known_at) as u on b.project_id = u.project_id and b.status_date = u.status_date
    ),

    listed as (
        select
            portfolio_id,
            level,
            level_id,
            level_name,
            currency,
            status_date,
            kind,
            is_money,
            is_on_plan,
            planned_to_date,
            realised_to_date,
            planned_whole_life,
            forecast_whole_life
        from position

        union all

        select
            portfolio_id,
            level,
            level_id,
            level_name,
            currency,
            status_date,
            'all money' as kind,
            is_money,
            is_on_plan,
            planned_to_date,
            realised_to_date,
            planned_whole_life,
            forecast_whole_life
        from position
        where is_money
    ),

    summed as (
        select
            portfolio_id,
            level,
            level_id,
            level_name,
            currency,
            status_date,
            kind,
            count(*) as benefits,
            count(case when realised_to_date is not null and planned_to_date is not null then 1 end) as benefits_compared,
            count(case when is_on_plan then 1 end) as benefits_on_plan,
            bool_and(is_money) as is_money,
            sum(case when is_money and realised_to_date is not null then planned_to_date end) as planned_to_date,
            sum(case when is_money and planned_to_date is not null then realised_to_date end) as realised_to_date,
            sum(case when is_money then planned_whole_life end) as planned_whole_life,
            sum(case when is_money then forecast_whole_life end) as forecast_whole_life
        from listed
        group by portfolio_id, level, level_id, level_name, currency, status_date, kind
    )

    select
        portfolio_id,
        level,
        level_id,
        level_name,
        currency,
        status_date,
        kind,
        benefits,
        benefits_compared,
        benefits_on_plan,
        planned_to_date,
        realised_to_date,
        realised_to_date - planned_to_date as variance,
        cast(realised_to_date as double) / nullif(planned_to_date, 0) as rate,
        planned_whole_life,
        forecast_whole_life,
        cast(realised_to_date as double) / nullif(planned_whole_life, 0) as whole_life_rate,
        case
            when not is_money then 'no sum: the benefits are not stated in money'
            when benefits_compared = 0 then 'nothing is reported as realised yet'
            when planned_to_date = 0 then 'no rate: nothing was planned up to this date'
        end as reason
    from summed;

create or replace view benefit_by_kind as select * from benefit_by_kind(2147483646);

comment on view benefit_by_kind is
'Benefits planned and realised by kind, with the rate as a ratio of sums. Source: MSP, benefits realisation; UK Green Book split into cashable, non-cashable and non-monetised.';
comment on column benefit_by_kind.portfolio_id is 'Portfolio the unit belongs to.';
comment on column benefit_by_kind.level is 'Level: project, programme, business_unit or portfolio.';
comment on column benefit_by_kind.level_id is 'Identifier of the unit.';
comment on column benefit_by_kind.level_name is 'Name of the unit.';
comment on column benefit_by_kind.currency is 'Currency of the money columns; currencies are never added together.';
comment on column benefit_by_kind.status_date is 'Date the report is about.';
comment on column benefit_by_kind.kind is 'cashable, non_cashable, non_monetised, disbenefit, not stated, or all money: the first two with disbenefits counted off.';
comment on column benefit_by_kind.benefits is 'Benefits with a period that ended by the date; a count.';
comment on column benefit_by_kind.benefits_compared is 'Of these, benefits with a plan and a realised amount: those the sums are over; a count.';
comment on column benefit_by_kind.benefits_on_plan is 'Of these, benefits realised at or above plan, disbenefits left out; a count, higher is better.';
comment on column benefit_by_kind.planned_to_date is 'Planned to date of the benefits compared; currency of the row, minus for a disbenefit; null for what is not money.';
comment on column benefit_by_kind.realised_to_date is 'Realised to date of the same benefits; sign as planned; null for what is not money.';
comment on column benefit_by_kind.variance is 'Realised less planned to date; currency of the row, positive is good.';
comment on column benefit_by_kind.rate is 'Sum realised over sum planned to date; a fraction, may pass 1; higher is better, for disbenefits lower; null with the reason beside it.';
comment on column benefit_by_kind.planned_whole_life is 'Planned over all periods, of all the benefits counted; currency of the row.';
comment on column benefit_by_kind.forecast_whole_life is 'Now expected over all periods, of all the benefits counted; currency of the row.';
comment on column benefit_by_kind.whole_life_rate is 'Sum realised to date over sum planned over all periods; a fraction; null where that plan is zero or nothing is reported.';
comment on column benefit_by_kind.reason is 'Why figures of the row are null; null where none is.';
