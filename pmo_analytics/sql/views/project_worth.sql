-- What a project is worth, costs and risks when projects are chosen: one row per project and report of it, and one before the
-- first. Its value is the one stated; failing that its planned benefits in money, disbenefits counted off. Its cost is the forecast
-- of its last report that states one; failing that all it spends. Reports of later dates have no part in it.
-- narrowed by: project
-- dated by: (holds_from is null or holds_from <= $status_date) and (holds_to is null or holds_to > $status_date)
-- ordered by: project_id
create or replace macro project_worth(known_at) as table
    with spent as (
        select
            project_id,
            sum(spend) as cost,
            min(month) as first_month,
            max(month) as last_month
        from monthly_spend(known_at)
        group by project_id
    ),

    staffed as (
        select
            project_id,
            min(month) as first_month,
            max(month) as last_month
        from demand(known_at)
        group by project_id
    ),

    gained as (
        select
            project_id,
            sum(planned) as benefits
        from benefit(known_at)
        where coalesce(kind, 'cashable') <> 'non_monetised'
        group by project_id
    ),

    reported as (
        select
            project_id,
            status_date as holds_from,
            lead(status_date) over so_far as holds_to,
            last_value(forecast_cost ignore nulls) over so_far as forecast_cost,
            last_value(forecast_finish ignore nulls) over so_far as forecast_finish
        from project_status(known_at)
        window so_far as (partition by project_id order by status_date rows between unbounded preceding and current row)

        union all

        select
            project_id,
            null as holds_from,
            min(status_date) as holds_to,
            null as forecast_cost,
            null as forecast_finish
        from project_status(known_at)
        group by project_id
    )

    select
        p.project_id,
        p.portfolio_id,
        coalesce(p.name, p.project_id) as name,
        p.business_unit,
        p.lifecycle,
        p.currency,
        coalesce(p.is_mandatory, false) as is_mandatory,
        p.deadline,
        p.risk_score,
        coalesce(p.value, g.benefits) as value,
        case when p.value is not null then 'stated' when g.benefits is not null then 'benefits' end as value_source,
        coalesce(r.forecast_cost, s.cost) as cost,
        least(s.first_month, d.first_month) as first_month,
        greatest(s.last_month, d.last_month) as last_month,
        r.forecast_finish,
        r.holds_from as last_report,
        r.holds_from,
        r.holds_to
    from project(known_at) as p
    left join spent as s on p.project_id = s.project_id
    left join staffed as d on p.project_id = d.project_id
    left join gained as g on p.project_id = g.project_id
    left join reported as r on p.project_id = r.project_id;

create or replace view project_worth as select * from project_worth(2147483646);

comment on view project_worth is 'What each project is worth, costs and risks when projects are chosen. Source: P3O practice, portfolio prioritisation.';
comment on column project_worth.project_id is 'Project.';
comment on column project_worth.portfolio_id is 'Portfolio of the project.';
comment on column project_worth.name is 'Name of the project; its identifier where it has none.';
comment on column project_worth.business_unit is 'Business unit that owns it.';
comment on column project_worth.lifecycle is 'Where it stands: pipeline, active, paused, closed or cancelled.';
comment on column project_worth.currency is 'Currency of value and cost.';
comment on column project_worth.is_mandatory is 'True if it must be done; false where nothing is stated.';
comment on column project_worth.deadline is 'Date by which it must finish for outside reasons; null if there is none.';
comment on column project_worth.risk_score is 'Overall risk on the scale of the PMO; higher is riskier; null where not stated.';
comment on column project_worth.value is 'Value as stated, failing that planned benefits in money less disbenefits; project currency; null where neither is known.';
comment on column project_worth.value_source is 'Where the value comes from: stated or benefits; null without a value.';
comment on column project_worth.cost is 'Whole-life cost forecast by the last of its reports that states one, failing that all it spends; project currency; null where neither is known.';
comment on column project_worth.first_month is 'First month in which it plans to spend or to need people; null where neither is known.';
comment on column project_worth.last_month is 'Last such month.';
comment on column project_worth.forecast_finish is 'Finish by the last of its reports that states one; null where none does.';
comment on column project_worth.last_report is 'Status date of its last report; null before the first.';
comment on column project_worth.holds_from is 'Date from which this is what its reports say; null before the first.';
comment on column project_worth.holds_to is 'Date of its next report, from which it is another; null after the last.';
