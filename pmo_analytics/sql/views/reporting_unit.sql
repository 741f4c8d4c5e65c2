-- Where a project counts when figures are rolled up: one row per project, status date
-- and level, so that a roll-up is a join and a sum; the units are those of the time.
-- narrowed by: project
-- ordered by: project_id, level
create or replace macro reporting_unit(known_at) as table
    with place as (
        select
            p.project_id,
            p.status_date,
            p.portfolio_id,
            coalesce(p.currency, 'not stated') as currency,
            coalesce(p.name, p.project_id) as project_name,
            p.programme_id,
            coalesce(g.name, p.programme_id) as programme_name,
            coalesce(p.business_unit, 'no unit stated') as business_unit,
            coalesce(f.name, p.portfolio_id) as portfolio_name
        from project_then(known_at) as p
        left join programme(known_at) as g on p.programme_id = g.programme_id
        left join portfolio(known_at) as f on p.portfolio_id = f.portfolio_id
    )

    select
        project_id,
        status_date,
        portfolio_id,
        currency,
        'project' as level,
        project_id as level_id,
        project_name as level_name
    from place

    union all

    select
        project_id,
        status_date,
        portfolio_id,
        currency,
        'programme' as level,
        programme_id as level_id,
        programme_name as level_name
    from place
    where programme_id is not null

    union all

    select
        project_id,
        status_date,
        portfolio_id,
        currency,
        'business_unit' as level,
        business_unit as level_id,
        business_unit as level_name
    from place

    union all

    select
        project_id,
        status_date,
        portfolio_id,
        currency,
        'portfolio' as level,
        portfolio_id as level_id,
        portfolio_name as level_name
    from place;

create or replace view reporting_unit as select * from reporting_unit(2147483646);

comment on view reporting_unit is 'The project, programme, business unit and portfolio in which each project counts at a date, as known then. Source: P3O levels of reporting.';
comment on column reporting_unit.project_id is 'Project that counts.';
comment on column reporting_unit.status_date is 'Date the report of the portfolio is about.';
comment on column reporting_unit.portfolio_id is 'Portfolio the project belongs to.';
comment on column reporting_unit.currency is 'Currency of the money of the project; roll-ups keep currencies apart.';
comment on column reporting_unit.level is 'Level: project, programme, business_unit or portfolio; a project outside any programme has no row at that level.';
comment on column reporting_unit.level_id is 'Identifier of the project, programme, business unit or portfolio.';
comment on column reporting_unit.level_name is 'Its name; the identifier where it has none.';
