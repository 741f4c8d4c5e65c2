-- Strategic alignment: one row per status date, level, unit, currency and objective. The money and value of each reporting project are
-- split over its objectives by weight; what no objective claims is listed as such. MoP, strategic alignment.
-- narrowed by: roll-up
-- ordered by: level_id, currency, objective_id
create or replace macro strategic_alignment(known_at) as table
    with stated as (
        select
            project_id,
            objective_id,
            weight,
            sum(weight) over (partition by project_id) as total_weight
        from project_objective(known_at)
        where weight is not null
    ),

    split as (
        select
            project_id,
            objective_id,
            cast(weight as double) / greatest(total_weight, 1) as share
        from stated

        union all

        select
            p.project_id,
            'not stated' as objective_id,
            1 - coalesce(cast(max(w.total_weight) as double), 0) as share
        from project(known_at) as p
        left join stated as w on p.project_id = w.project_id
        group by p.project_id
        having coalesce(cast(max(w.total_weight) as double), 0) < 1 - 1e-9
    ),

    spread as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            u.level_name,
            u.currency,
            s.status_date,
            w.objective_id,
            count(*) as projects,
            sum(coalesce(s.forecast_cost, s.bac) * w.share) as cost,
            sum(p.value * w.share) as value
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        inner join reporting_unit(known_at) as u on s.project_id = u.project_id and s.status_date = u.status_date
        inner join split as w on s.project_id = w.project_id
        where
            p.portfolio_id in (
                select q.portfolio_id
                from project_objective(known_at) as l
                inner join project(known_at) as q on l.project_id = q.project_id
            )
        group by u.portfolio_id, u.level, u.level_id, u.level_name, u.currency, s.status_date, w.objective_id
    ),

    unit as (
        select
            portfolio_id,
            level,
            level_id,
            level_name,
            currency,
            status_date,
            sum(cost) as total_cost,
            sum(value) as total_value
        from spread
        group by portfolio_id, level, level_id, level_name, currency, status_date
    ),

    listed as (
        select
            b.portfolio_id,
            o.objective_id
        from objective(known_at) as o
        inner join belongs_to(known_at) as b on b.kind = 'objective_id' and o.objective_id = b.id
        union
        select
            portfolio_id,
            'not stated' as objective_id
        from unit
    )

    select
        n.portfolio_id,
        n.level,
        n.level_id,
        n.level_name,
        n.currency,
        n.status_date,
        l.objective_id,
        coalesce(o.name, 'no objective stated') as objective_name,
        coalesce(s.projects, 0) as projects,
        coalesce(s.cost, 0) as cost,
        coalesce(s.value, 0) as value,
        coalesce(s.cost, 0) / nullif(n.total_cost, 0) as cost_share,
        coalesce(s.value, 0) / nullif(n.total_value, 0) as value_share,
        o.target_weight,
        coalesce(s.cost, 0) / nullif(n.total_cost, 0) - o.target_weight as share_gap,
        case
            when coalesce(n.total_cost, 0) = 0 then 'no cost share: no forecast cost or budget is reported'
            when coalesce(n.total_value, 0) = 0 then 'no value share: no value is stated'
            when o.target_weight is null and l.objective_id <> 'not stated' then 'no gap: the objective has no target weight'
        end as reason
    from unit as n
    inner join listed as l on n.portfolio_id = l.portfolio_id
    left join spread as s
        on
            n.portfolio_id = s.portfolio_id and n.level = s.level and n.level_id = s.level_id and n.currency = s.currency
            and n.status_date = s.status_date and l.objective_id = s.objective_id
    left join objective(known_at) as o on l.objective_id = o.objective_id
    where l.objective_id <> 'not stated' or s.projects is not null;

create or replace view strategic_alignment as select * from strategic_alignment(2147483646);

comment on view strategic_alignment is 'Share of the money and value of a unit that serves each strategic objective, against the target. Source: MoP, strategic alignment.';
comment on column strategic_alignment.portfolio_id is 'Portfolio the unit belongs to.';
comment on column strategic_alignment.level is 'Level: project, programme, business_unit or portfolio.';
comment on column strategic_alignment.level_id is 'Identifier of the unit.';
comment on column strategic_alignment.level_name is 'Name of the unit.';
comment on column strategic_alignment.currency is 'Currency of the money columns; currencies are never added together.';
comment on column strategic_alignment.status_date is 'Date of the report; projects that report count.';
comment on column strategic_alignment.objective_id is 'Strategic objective; not stated for the part of projects that no objective claims.';
comment on column strategic_alignment.objective_name is 'Name of the objective.';
comment on column strategic_alignment.projects is 'Projects that serve it; a count.';
comment on column strategic_alignment.cost is
'Forecast cost, or else budget, of these projects times their weight; weights adding up to over 1 are scaled to 1; currency of the row; 0 where none serves it.';
comment on column strategic_alignment.value is 'Stated value of these projects times their weight; currency of the row; 0 where none is stated.';
comment on column strategic_alignment.cost_share is 'Cost over the cost of the unit; a fraction, adds up to 1; null where no cost is reported.';
comment on column strategic_alignment.value_share is 'Value over the value of the unit; a fraction, adds up to 1; null where no value is stated.';
comment on column strategic_alignment.target_weight is 'Share of the portfolio meant for the objective; a fraction; null where none is set.';
comment on column strategic_alignment.share_gap is 'Cost share less target; a fraction, negative is underfunded, 0 is on target; null where either is.';
comment on column strategic_alignment.reason is 'Why a figure of the row is null; null where none is.';
