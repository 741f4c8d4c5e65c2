-- Time booked against time asked for, over the twelve months to a report: one row per portfolio, status date and role that the
-- portfolio asks for and time is booked for; figures of the whole role. P3O practice, capacity planning.
-- narrowed by: role
-- ordered by: booked_ratio desc, role_id
create or replace macro booked_against_plan(known_at) as table
    with asked as (
        select distinct
            p.portfolio_id,
            d.role_id
        from demand(known_at) as d
        inner join project(known_at) as p on d.project_id = p.project_id
    )

    select
        c.portfolio_id,
        c.status_date,
        u.role_id,
        u.role_name,
        count(*) as months,
        sum(u.demand_fte) as demand_fte,
        sum(u.booked_fte) as booked_fte,
        cast(sum(u.booked_fte) as double) / nullif(sum(u.demand_fte), 0) as booked_ratio,
        case when sum(u.demand_fte) = 0 then 'no ratio: nobody is asked for in these months' end as reason
    from status_calendar(known_at) as c
    inner join asked as a on c.portfolio_id = a.portfolio_id
    inner join utilisation(known_at) as u
        on
            a.role_id = u.role_id
            and u.booked_fte is not null
            and c.status_date >= u.month
            and c.status_date - interval 12 month < u.month
    group by c.portfolio_id, c.status_date, u.role_id, u.role_name;

create or replace view booked_against_plan as select * from booked_against_plan(2147483646);

comment on view booked_against_plan is 'Time booked against time asked for, by role, over the twelve months to each report. Source: P3O practice, capacity planning.';
comment on column booked_against_plan.portfolio_id is 'Portfolio that asks for the role.';
comment on column booked_against_plan.status_date is 'Date of the report; months after it, or a year before it, do not count.';
comment on column booked_against_plan.role_id is 'Role.';
comment on column booked_against_plan.role_name is 'Name of the role.';
comment on column booked_against_plan.months is 'Months in which time is booked for the role; a count.';
comment on column booked_against_plan.demand_fte is 'People asked for in these months, by all projects; FTE-months.';
comment on column booked_against_plan.booked_fte is 'Time booked in these months, on all projects; FTE-months.';
comment on column booked_against_plan.booked_ratio is 'Booked over asked for; a fraction, 1 is as planned; null where nobody is asked for.';
comment on column booked_against_plan.reason is 'Why booked_ratio is null; null where it is not.';
