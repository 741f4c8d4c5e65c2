-- Who holds which certificate: one row per portfolio, status date, business unit, role and certificate, for those that anybody holds and the six
-- that the PMO watches (PMP, CAPM, PMO-CP, PRINCE2, P3O, AgilePM). P3O practice, capability of the profession.
-- narrowed by: organisation
-- ordered by: business_unit, role, certification
create or replace macro certification_coverage(known_at) as table
    with held as (
        select
            b.portfolio_id,
            c.person_id,
            coalesce(c.business_unit, 'not stated') as business_unit,
            coalesce(c.role, 'not stated') as role,
            case
                when c.certification ilike '%pmo-cp%' or c.certification ilike '%pmo cp%' then 'PMO-CP'
                when c.certification ilike '%agilepm%' or c.certification ilike '%agile pm%' then 'AgilePM'
                when c.certification ilike '%prince2%' then 'PRINCE2'
                when c.certification ilike '%p3o%' then 'P3O'
                when c.certification ilike '%capm%' then 'CAPM'
                when c.certification ilike '%pmp%' then 'PMP'
                else c.certification
            end as certification,
            c.awarded_on,
            c.expires_on
        from certification(known_at) as c
        inner join belongs_to(known_at) as b on b.kind = 'person_id' and c.person_id = b.id
    ),

    wanted as (
        select
            portfolio_id,
            certification
        from held
        union
        select
            h.portfolio_id,
            w.certification
        from held as h
        cross join (values ('PMP'), ('CAPM'), ('PMO-CP'), ('PRINCE2'), ('P3O'), ('AgilePM')) as w (certification)
    ),

    team as (
        select
            d.portfolio_id,
            d.status_date,
            h.business_unit,
            h.role,
            count(distinct h.person_id) as people
        from status_calendar(known_at) as d
        inner join held as h on d.portfolio_id = h.portfolio_id and coalesce(h.awarded_on, d.status_date) <= d.status_date
        group by d.portfolio_id, d.status_date, h.business_unit, h.role
    )

    select
        t.portfolio_id,
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
    inner join wanted as w on t.portfolio_id = w.portfolio_id
    left join held as h
        on
            t.portfolio_id = h.portfolio_id and t.business_unit = h.business_unit and t.role = h.role
            and w.certification = h.certification
    group by t.portfolio_id, t.status_date, t.business_unit, t.role, w.certification, t.people;

create or replace view certification_coverage as select * from certification_coverage(2147483646);

comment on view certification_coverage is
'People with a valid certificate, by unit, role and certificate, and those that end within 90 days. Source: P3O practice; PMI, PMO Global Institute, PeopleCert, APMG.';
comment on column certification_coverage.portfolio_id is 'Portfolio whose office keeps the register.';
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
