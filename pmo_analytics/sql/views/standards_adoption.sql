-- Which business units work to which standard: one row per status date, standard and business unit. P3O, roll-out of standards.
create or replace macro standards_adoption(known_at) as table
    with dated as (
        select distinct status_date from status_calendar(known_at)
    ),

    stood as (
        select
            d.status_date,
            a.standard,
            a.business_unit,
            case when a.adopted_on <= d.status_date then a.adopted_on end as adopted_on,
            case when a.adopted_on > d.status_date then a.adopted_on end as planned_on
        from standard_adopted(known_at) as a
        cross join dated as d
    )

    select
        status_date,
        standard,
        business_unit,
        adopted_on,
        planned_on,
        adopted_on is not null as is_adopted,
        date_diff('day', adopted_on, status_date) as days_since_adoption,
        count(adopted_on) over (partition by status_date, standard) as units_adopted,
        count(*) over (partition by status_date, standard) as units,
        cast(count(adopted_on) over (partition by status_date, standard) as double)
        / count(*) over (partition by status_date, standard) as adoption_ratio
    from stood;

create or replace view standards_adoption as select * from standards_adoption(2147483646);

comment on view standards_adoption is 'Standards adopted by business units at a date. Source: P3O practice, roll-out of standards.';
comment on column standards_adoption.status_date is 'Date at which adoption is read.';
comment on column standards_adoption.standard is 'Standard, method or template.';
comment on column standards_adoption.business_unit is 'Business unit.';
comment on column standards_adoption.adopted_on is 'Date of adoption, if by the status date.';
comment on column standards_adoption.planned_on is 'Date of adoption where it is after the status date; null where none is stated.';
comment on column standards_adoption.is_adopted is 'True where the unit works to the standard at the date.';
comment on column standards_adoption.days_since_adoption is 'Calendar days from adoption to the status date; null where not adopted.';
comment on column standards_adoption.units_adopted is 'Units that have adopted the standard at the date; a count, repeated on each row.';
comment on column standards_adoption.units is 'Units listed for the standard: the denominator; a count, repeated on each row.';
comment on column standards_adoption.adoption_ratio is 'Units adopted over units listed; a fraction, higher is better; repeated on each row.';
