-- Where each benefit stands at each status date of its portfolio: the last period that ended by then and was reported, or else
-- the last that ended by then. One row per project, benefit and status date; MSP, benefits realisation.
-- narrowed by: project
-- ordered by: project_id, benefit_id
create or replace macro benefit_position(known_at) as table
    with due as (
        select
            c.status_date,
            b.project_id,
            b.benefit_id,
            b.period_end,
            b.name,
            b.kind,
            b.objective_id,
            b.owner,
            b.planned_to_date,
            b.realised_to_date,
            b.variance,
            b.rate,
            b.planned_whole_life,
            b.forecast_whole_life,
            b.whole_life_rate,
            b.reason,
            row_number() over (
                partition by c.status_date, b.project_id, b.benefit_id
                order by case when b.realised_to_date is null then 1 else 0 end, b.period_end desc
            ) as place
        from benefit_realisation(known_at) as b
        inner join project_then(known_at) as c on b.project_id = c.project_id and b.period_end <= c.status_date
    )

    select
        project_id,
        benefit_id,
        status_date,
        period_end,
        name,
        kind,
        objective_id,
        owner,
        planned_to_date,
        realised_to_date,
        variance,
        rate,
        case
            when kind = 'disbenefit' or rate is null then null
            when rate < 0.7 - 1e-9 then 'look into'
            when rate <= 0.9 + 1e-9 then 'usual'
            else 'success'
        end as band,
        planned_whole_life,
        forecast_whole_life,
        whole_life_rate,
        reason
    from due
    where place = 1;

create or replace view benefit_position as select * from benefit_position(2147483646);

comment on view benefit_position is 'Where each benefit stands at a status date, by the last period reported. Source: MSP, benefits realisation; bands of a public PMO handbook.';
comment on column benefit_position.project_id is 'Project that delivers the benefit.';
comment on column benefit_position.benefit_id is 'Identifier of the benefit.';
comment on column benefit_position.status_date is 'Date the report is about.';
comment on column benefit_position.period_end is 'Last day of the period up to which plan and realised amount are compared.';
comment on column benefit_position.name is 'What the benefit is called.';
comment on column benefit_position.kind is 'cashable, non_cashable, non_monetised or disbenefit.';
comment on column benefit_position.objective_id is 'Strategic objective the benefit serves; null where none is stated.';
comment on column benefit_position.owner is 'Person who answers for the benefit; null where none is named.';
comment on column benefit_position.planned_to_date is 'Planned up to period_end; project currency or own unit; a disbenefit carries a minus sign.';
comment on column benefit_position.realised_to_date is 'Realised up to period_end; sign and unit as planned; null where nothing is reported.';
comment on column benefit_position.variance is 'Realised less planned to date; positive is good; null where either is.';
comment on column benefit_position.rate is
'Realised over planned to the same date; a fraction, may pass 1; higher is better, for a disbenefit lower; null with the reason beside it.';
comment on column benefit_position.band is 'success above 90%, usual from 70 to 90%, look into below 70%; null for a disbenefit or without a rate.';
comment on column benefit_position.planned_whole_life is 'Planned over all periods; sign and unit as planned.';
comment on column benefit_position.forecast_whole_life is 'Now expected over all periods; sign and unit as planned.';
comment on column benefit_position.whole_life_rate is 'Realised to date over planned over all periods; a fraction; null with the reason beside it.';
comment on column benefit_position.reason is 'Why a figure of the row is null; null where none is.';
