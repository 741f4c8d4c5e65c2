-- Who holds which certificate: one row per status date, business unit, role and certificate, for those that anybody holds and the six
-- that the PMO watches (PMP, CAPM, PMO-CP, PRINCE2, P3O, AgilePM). P3O practice, capability of the profession.
-- narrowed by: organisation
-- ordered by: business_unit, role, certification
create or replace macro certification_coverage(known_at) as table
    with held as (
        select
            person_id,
            coalesce(business_unit, 'not stated') as business_unit,
            coalesce(role, 'not stated') as role,
            case
                when certification ilike '%pmo-cp%' or certification ilike '%pmo cp%' then 'PMO-CP'
                when certification ilike '%agilepm%' or certification ilike '%agile pm%' then 'AgilePM'
                when certification ilike '%prince2%' then 'PRINCE2'
                when certification ilike '%p3o%' then 'P3O'
                when certification ilike '%capm%' then 'CAPM'
                when certification ilike '%pmp%' then 'PMP'
                else certification
            end as certification,
            awarded_on,
            expires_on
        from certification(known_at)
    ),

    wanted as (
        select certification from held
        union
        select w.certification
        from (values ('PMP'), ('CAPM'), ('PMO-CP'), ('PRINCE2'), ('P3O'), ('AgilePM')) as w (certification)
    ),

    dated as (
        select distinct status_date from status_calendar(known_at)
    ),

    team as (
        select
            d.status_date,
            h.business_unit,
            h.role,
            count(distinct h.person_id) as people
        from dated as d
        inner join held as h on coalesce(h.awarded_on, d.status_date) <= d.status_date
        group by d.status_date, h.business_unit, h.role
    )

    select
        t.status_date,
        t.business_unit,
        t.role,
        w.certification,
        t.people,
        count(
            distinct case
                when coalesce(h.awarded_on, t.status_date) <= t.status_date and coalesce(h.expires_on, t.status_date) >= t.status_date
                    then h.person_id
            end
        ) as holders,
        count(
            distinct case
                when
                    coalesce(h.awarded_on, t.status_date) <= t.status_date
                    and h.expires_on between t.status_date and t.status_date + interval 90 day
                    then h.person_id
            end
        ) as expiring,
        count(distinct case when h.expires_on < t.status_date then h.person_id end) as expired,
        cast(
            count(
                distinct case
                    when
                        coalesce(h.awarded_on, t.status_date) <= t.status_date
                        and coalesce(h.expires_on, t.status_date) >= t.status_date
                        then h.person_id
                end
            ) as double
        ) / t.people as coverage,
        'people of the unit and role in the certification register' as denominator
    from team as t
    cross join wanted as w
    left join held as h on t.business_unit = h.business_unit and t.role = h.role and w.certification = h.certification
    group by t.status_date, t.business_unit, t.role, w.certification, t.people;

create or replace view certification_coverage as select * from certification_coverage(2147483646);

comment on view certification_coverage is
'People with a valid certificate, by unit, role and certificate, and those that end within 90 days. Source: P3O practice; PMI, PMO Global Institute, PeopleCert, APMG.';
comment on column certification_coverage.status_date is 'Date at which certificates are read.';
comment on column certification_coverage.business_unit is 'Business unit of the people; not stated where the register names none.';
comment on column certification_coverage.role is 'Role of the people; not stated where the register names none.';
comment on column certification_coverage.certification is 'Certificate; its levels (Foundation, Practitioner) count as one.';
comment on column certification_coverage.people is 'People of the unit and role in the register by the date, whatever certificate they hold or held; a count.';
comment on column certification_coverage.holders is 'Of these, people with a valid certificate at the date: awarded by then and not expired; a count.';
comment on column certification_coverage.expiring is 'Of the holders, people with a certificate that ends within 90 days; a count, lower is better.';
comment on column certification_coverage.expired is 'People with a certificate that had ended by the date, even if they hold it again at another level; a count.';
comment on column certification_coverage.coverage is
'Holders over people; a fraction from 0 to 1, higher is better; people without any certificate are not in the register, so it overstates.';
comment on column certification_coverage.denominator is 'What coverage is divided by.';
