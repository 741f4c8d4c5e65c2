-- Who asks for the people that are not there: one row per over-allocated role and month and project that asks for the role.
-- P3O practice, capacity planning; the over-allocation is that of view utilisation.
-- narrowed by: role
-- dated by: month >= date_trunc('month', $status_date::date)
-- ordered by: month, role_id, project_fte desc, project_id
create or replace macro over_allocation(known_at) as table
    with asked as (
        select
            project_id,
            role_id,
            cast(date_trunc('month', month) as date) as month,
            sum(fte) as fte,
            min(confidence) as confidence
        from demand(known_at)
        group by project_id, role_id, cast(date_trunc('month', month) as date)
    )

    select
        u.role_id,
        u.role_name,
        u.month,
        a.project_id,
        coalesce(p.name, a.project_id) as project_name,
        u.supply_fte,
        u.demand_fte,
        -u.gap_fte as over_fte,
        a.fte as project_fte,
        cast(a.fte as double) / nullif(u.demand_fte, 0) as share_of_demand,
        a.confidence,
        coalesce(p.is_mandatory, false) as is_mandatory
    from utilisation(known_at) as u
    inner join asked as a on u.role_id = a.role_id and u.month = a.month and a.fte > 0
    inner join project(known_at) as p on a.project_id = p.project_id
    where u.is_over_allocated;

create or replace view over_allocation as select * from over_allocation(2147483646);

comment on view over_allocation is 'Roles and months in which more people are asked for than there are, with the projects that ask. Source: P3O practice, capacity planning.';
comment on column over_allocation.role_id is 'Role that is short.';
comment on column over_allocation.role_name is 'Name of the role.';
comment on column over_allocation.month is 'First day of the month.';
comment on column over_allocation.project_id is 'Project that asks for the role in that month.';
comment on column over_allocation.project_name is 'Its name; its identifier where it has none.';
comment on column over_allocation.supply_fte is 'People on offer; FTE.';
comment on column over_allocation.demand_fte is 'People asked for by all projects; FTE.';
comment on column over_allocation.over_fte is 'Demand less supply of the role and month, repeated for each project; FTE, positive is short, lower is better.';
comment on column over_allocation.project_fte is 'People this project asks for; FTE.';
comment on column over_allocation.share_of_demand is 'This project over all that is asked for; a fraction; adds up to 1 over the projects.';
comment on column over_allocation.confidence is 'How firm the request is: confirmed or forecast; null where not stated.';
comment on column over_allocation.is_mandatory is 'True if the project must be done.';
