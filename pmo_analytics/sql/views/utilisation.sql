-- Utilisation of each role: one row per role and month. P3O practice: people asked for (demand) over the people the teams can
-- offer (supply); full-time equivalents are decimals, so that 0.4 + 0.2 + 0.1 is not over 0.7.
-- narrowed by: role
-- dated by: month >= date_trunc('month', $status_date::date)
-- ordered by: role_id, month
create or replace macro utilisation(known_at) as table
    with offered as (
        select
            role_id,
            cast(date_trunc('month', month) as date) as month,
            sum(fte) as fte
        from supply(known_at)
        group by role_id, cast(date_trunc('month', month) as date)
    ),

    asked as (
        select
            role_id,
            cast(date_trunc('month', month) as date) as month,
            sum(fte) as fte,
            sum(case when confidence = 'confirmed' then fte else 0 end) as confirmed_fte,
            count(distinct project_id) as projects
        from demand(known_at)
        group by role_id, cast(date_trunc('month', month) as date)
    ),

    booked as (
        select
            role_id,
            cast(date_trunc('month', month) as date) as month,
            sum(fte) as fte
        from timesheet(known_at)
        group by role_id, cast(date_trunc('month', month) as date)
    ),

    role_month as (
        select
            role_id,
            month
        from offered
        union
        select
            role_id,
            month
        from asked
        union
        select
            role_id,
            month
        from booked
    ),

    joined as (
        select
            m.role_id,
            m.month,
            case when o.fte is not null or m.role_id in (select f.role_id from offered as f) then coalesce(o.fte, 0) end as supply_fte,
            coalesce(a.fte, 0) as demand_fte,
            coalesce(a.confirmed_fte, 0) as confirmed_demand_fte,
            coalesce(a.projects, 0) as projects,
            b.fte as booked_fte
        from role_month as m
        left join offered as o on m.role_id = o.role_id and m.month = o.month
        left join asked as a on m.role_id = a.role_id and m.month = a.month
        left join booked as b on m.role_id = b.role_id and m.month = b.month
    )

    select
        j.role_id,
        coalesce(r.name, j.role_id) as role_name,
        j.month,
        j.supply_fte,
        j.demand_fte,
        j.confirmed_demand_fte,
        j.supply_fte - j.demand_fte as gap_fte,
        cast(j.demand_fte as double) / nullif(j.supply_fte, 0) as utilisation,
        'supply: people the teams can offer in the month' as denominator,
        j.demand_fte > j.supply_fte + 1e-9 as is_over_allocated,
        j.projects,
        j.booked_fte,
        cast(j.booked_fte as double) / nullif(j.supply_fte, 0) as booked_utilisation,
        case
            when j.supply_fte is null then 'no supply is stated for this role in any month'
            when j.supply_fte = 0 then 'no ratio: nobody is offered in this month'
        end as reason
    from joined as j
    left join role(known_at) as r on j.role_id = r.role_id;

create or replace view utilisation as select * from utilisation(2147483646);

comment on view utilisation is 'People asked for and booked against people on offer, by role and month, all teams and projects together. Source: P3O practice, capacity planning.';
comment on column utilisation.role_id is 'Role.';
comment on column utilisation.role_name is 'Name of the role.';
comment on column utilisation.month is 'First day of the month.';
comment on column utilisation.supply_fte is 'People the teams offer; FTE; 0 in a month without an offer if the role has one in another month, null if it has none at all.';
comment on column utilisation.demand_fte is 'People the projects ask for; FTE; 0 where none ask.';
comment on column utilisation.confirmed_demand_fte is 'The part of the demand that is confirmed; FTE.';
comment on column utilisation.gap_fte is 'Supply less demand; FTE, negative is short; null where the supply is unknown.';
comment on column utilisation.utilisation is 'Demand over supply; a fraction, above 1 is more than there is; null where the supply is zero or unknown.';
comment on column utilisation.denominator is 'What utilisation and booked_utilisation are divided by.';
comment on column utilisation.is_over_allocated is 'True where demand passes supply by more than 1e-9 FTE, at the grain of role and month; null where the supply is unknown.';
comment on column utilisation.projects is 'Projects that ask for the role in the month; a count.';
comment on column utilisation.booked_fte is 'Time booked on timesheets; FTE; null where none is.';
comment on column utilisation.booked_utilisation is 'Booked time over supply; a fraction; null where nothing is booked or the supply is zero or unknown.';
comment on column utilisation.reason is 'Why a ratio is null; null where utilisation is not.';
