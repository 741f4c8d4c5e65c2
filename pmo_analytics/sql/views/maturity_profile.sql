-- Maturity by perspective: one row per portfolio, model, assessment and perspective. P3M3: levels 1 to 5 in each perspective, the models scored
-- apart, and the score of a model is its lowest perspective.
-- narrowed by: organisation
-- dated by: assessed_on <= $status_date and (next_assessed_on is null or next_assessed_on > $status_date)
-- ordered by: model, level nulls last, perspective
create or replace macro maturity_profile(known_at) as table
    with assessed as (
        select distinct
            model,
            assessed_on
        from maturity(known_at)
    ),

    ordered as (
        select
            model,
            assessed_on,
            lag(assessed_on) over (partition by model order by assessed_on) as previous_assessed_on,
            lead(assessed_on) over (partition by model order by assessed_on) as next_assessed_on
        from assessed
    )

    select
        b.portfolio_id,
        b.said as model,
        m.assessed_on,
        m.perspective,
        m.level,
        m.target_level,
        m.level - m.target_level as gap,
        p.level as previous_level,
        m.level - p.level as change,
        min(m.level) over (partition by b.portfolio_id, m.model, m.assessed_on) as model_score,
        m.level = min(m.level) over (partition by b.portfolio_id, m.model, m.assessed_on) as is_lowest,
        o.previous_assessed_on,
        o.next_assessed_on,
        case
            when m.level is null then 'the perspective was not assessed; it does not enter the model score'
            when m.target_level is null then 'no gap: no target is stated'
            when p.level is null then 'no change: the perspective was not assessed before'
        end as reason
    from maturity(known_at) as m
    inner join belongs_to(known_at) as b on b.kind = 'model' and m.model = b.id
    inner join ordered as o on m.model = o.model and m.assessed_on = o.assessed_on
    left join maturity(known_at) as p
        on m.model = p.model and m.perspective = p.perspective and o.previous_assessed_on = p.assessed_on;

create or replace view maturity_profile as select * from maturity_profile(2147483646);

comment on view maturity_profile is 'Maturity level of each perspective against its target and the assessment before. Source: P3M3, seven perspectives, lowest perspective rules.';
comment on column maturity_profile.portfolio_id is 'Portfolio whose office was assessed.';
comment on column maturity_profile.model is 'Model; the project, programme and portfolio models are scored apart.';
comment on column maturity_profile.assessed_on is 'Date of the assessment.';
comment on column maturity_profile.perspective is 'Perspective, such as risk management.';
comment on column maturity_profile.level is 'Level reached; P3M3 from 1 (awareness) to 5 (optimised), higher is better; null where not assessed.';
comment on column maturity_profile.target_level is 'Level aimed for; same scale; null where none.';
comment on column maturity_profile.gap is 'Level less target; levels, negative is short of the target; null where either is.';
comment on column maturity_profile.previous_level is 'Level in the assessment before; null where there is none.';
comment on column maturity_profile.change is 'Level less previous level; levels, positive is better; null where either is.';
comment on column maturity_profile.model_score is 'Lowest level of the perspectives assessed: the score of the model at that assessment; repeated on each row.';
comment on column maturity_profile.is_lowest is 'True for the perspectives that hold the score down; null where not assessed.';
comment on column maturity_profile.previous_assessed_on is 'Date of the assessment of the model before; null for the first.';
comment on column maturity_profile.next_assessed_on is 'Date of the assessment of the model after; null for the last.';
comment on column maturity_profile.reason is 'Why a figure of the row is null; null where none is.';
