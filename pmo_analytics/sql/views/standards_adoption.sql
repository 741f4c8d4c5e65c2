-- Which business units work to which standard: one row per portfolio, status date, standard and business unit. P3O, roll-out of standards.
-- narrowed by: organisation
-- ordered by: standard, business_unit
create or replace macro standards_adoption(known_at) as table
    with owned as (
        select
            b.portfolio_id,
            b.said as standard,
            a.business_unit,
            a.adopted_on
        from standard_adopted(known_at) as a
        inner join belongs_to(known_at) as b on b.kind = 'standard' and a.standard = b.id
    ),

    adopting as (
        select distinct p.portfolio_id
        from owned as a
        inner join project(known_at) as p on a.portfolio_id = p.portfolio_id and a.business_unit = p.business_unit
    ),

    listed as (
        select
            portfolio_id,
            business_unit
        from owned
        union
        select
            p.portfolio_id,
            p.business_unit
        from project(known_at) as p
        inner join adopting as a on p.portfolio_id = a.portfolio_id
        where p.business_unit is not null
    ),

    offered as (
        select distinct
            portfolio_id,
            standard
        from owned
    ),

    stood as (
        select
            d.portfolio_id,
            d.status_date,
            o.standard,
            l.business_unit,
            case when a.adopted_on <= d.status_date then a.adopted_on end as adopted_on,
            case when a.adopted_on > d.status_date then a.adopted_on end as planned_on
        from status_calendar(known_at) as d
        inner join offered as o on d.portfolio_id = o.portfolio_id
        inner join listed as l on d.portfolio_id = l.portfolio_id
        left join owned as a on d.portfolio_id = a.portfolio_id and o.standard = a.standard and l.business_unit = a.business_unit
    )

    select
        portfolio_id,
        status_date,
        standard,
        business_unit,
        adopted_on,
        planned_on,
        adopted_on is not null as is_adopted,
        date_diff('day', adopted_on, status_date) as days_since_adoption,
        count(adopted_on) over (partition by portfolio_id, status_date, standard) as units_adopted,
        count(*) over (partition by portfolio_id, status_date, standard) as units,
        cast(count(adopted_on) over (partition by portfolio_id, status_date, standard) as double)
        / count(*) over (partition by portfolio_id, status_date, standard) as adoption_ratio
    from stood;

create or replace view standards_adoption as select * from standards_adoption(2147483646);

comment on view standards_adoption is 'Standards adopted by business units at a date. Source: P3O practice, roll-out of standards.';
comment on column standards_adoption.portfolio_id is 'Portfolio whose office has the standard.';
comment on column standards_adoption.status_date is 'Date at which adoption is read.';
comment on column standards_adoption.standard is 'Standard, method or template.';
comment on column standards_adoption.business_unit is 'Business unit.';
comment on column standards_adoption.adopted_on is 'Date of adoption, if by the status date.';
comment on column standards_adoption.planned_on is 'Date of adoption where it is after the status date; null where none is stated.';
comment on column standards_adoption.is_adopted is 'True where the unit works to the standard at the date.';
comment on column standards_adoption.days_since_adoption is 'Calendar days from adoption to the status date; null where not adopted.';
comment on column standards_adoption.units_adopted is 'Units that have adopted the standard at the date; a count, repeated on each row.';
comment on column standards_adoption.units is 'Units of the portfolios in which any unit adopts: the denominator; a count, repeated on each row.';
comment on column standards_adoption.adoption_ratio is 'Units adopted over units; a fraction, higher is better; repeated on each row.';
