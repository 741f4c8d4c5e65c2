-- People on offer of each team beside what is asked of the role: one row per role, team and month in which the team states people.
-- P3O practice, capacity planning. Demand names a role and no team, so it is never split: a team has a utilisation where it alone
-- offers the role in the month, because all that is asked of the role is then asked of it.
-- narrowed by: role
-- dated by: month >= date_trunc('month', $status_date::date)
-- ordered by: role_id, month, team
create or replace macro team_utilisation(known_at) as table
    with offered as (
        select
            role_id,
            team,
            cast(date_trunc('month', month) as date) as month,
            sum(fte) as fte
        from supply(known_at)
        group by role_id, team, cast(date_trunc('month', month) as date)
    ),

    counted as (
        select
            role_id,
            month,
            count(*) as teams
        from offered
        where fte > 0
        group by role_id, month
    )

    select
        o.role_id,
        u.role_name,
        o.team,
        o.month,
        o.fte as supply_fte,
        u.supply_fte as role_supply_fte,
        cast(o.fte as double) / nullif(u.supply_fte, 0) as share_of_supply,
        u.demand_fte as role_demand_fte,
        u.gap_fte as role_gap_fte,
        u.is_over_allocated as is_role_over_allocated,
        coalesce(c.teams, 0) as teams,
        case when c.teams = 1 and o.fte > 0 then u.utilisation end as utilisation,
        case
            when o.fte = 0 then 'no ratio: the team offers nobody in this month'
            when c.teams > 1 then 'not known: demand names no team, and several teams offer this role'
        end as reason
    from offered as o
    inner join utilisation(known_at) as u on o.role_id = u.role_id and o.month = u.month
    left join counted as c on o.role_id = c.role_id and o.month = c.month;

create or replace view team_utilisation as select * from team_utilisation(2147483646);

comment on view team_utilisation is 'People each team offers by role and month, beside what is asked of the role; demand names no team and is never split. Source: P3O practice, capacity planning.';
comment on column team_utilisation.role_id is 'Role.';
comment on column team_utilisation.role_name is 'Name of the role.';
comment on column team_utilisation.team is 'Team that offers people of the role.';
comment on column team_utilisation.month is 'First day of the month.';
comment on column team_utilisation.supply_fte is 'People of the role that the team offers in the month; FTE.';
comment on column team_utilisation.role_supply_fte is 'People of the role that all teams offer; FTE.';
comment on column team_utilisation.share_of_supply is 'Share of the people on offer for the role who are of this team; a fraction; null where nobody is offered.';
comment on column team_utilisation.role_demand_fte is 'People the projects ask for of the role, of whichever team; FTE; the same for each of its teams, so never to be added up.';
comment on column team_utilisation.role_gap_fte is 'Supply less demand of the role, all teams together; FTE, negative is short; the same for each of its teams.';
comment on column team_utilisation.is_role_over_allocated is 'True where the demand of the role passes the supply of all its teams by more than 1e-9 FTE.';
comment on column team_utilisation.teams is 'Teams that offer people of the role in the month; a count.';
comment on column team_utilisation.utilisation is 'Demand over supply where this team alone offers the role; a fraction, above 1 is more than there is; null otherwise.';
comment on column team_utilisation.reason is 'Why utilisation is null; null where it is not.';
