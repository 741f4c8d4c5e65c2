-- Delivery before and after a standard was adopted: one row per standard, project and status date, with the change since the
-- previous report. The raw material of the adoption effect; the changes are those of view report_change.
-- narrowed by: organisation
-- dated by: status_date <= $status_date
-- ordered by: standard, project_id, status_date
create or replace macro adoption_panel(known_at) as table
    with adopting as (
        select distinct
            a.standard,
            b.said,
            p.portfolio_id
        from standard_adopted(known_at) as a
        inner join belongs_to(known_at) as b on b.kind = 'standard' and a.standard = b.id
        inner join project(known_at) as p on b.portfolio_id = p.portfolio_id and a.business_unit = p.business_unit
    ),

    stepped as (
        select
            project_id,
            status_date,
            cast((ac - ev) - lag(ac - ev) over (partition by project_id order by status_date) as double) / nullif(bac, 0)
                as overspend_ratio,
            cast((pv - ev) - lag(pv - ev) over (partition by project_id order by status_date) as double) / nullif(bac, 0)
                as shortfall_ratio
        from status_report(known_at)
    )

    select
        s.said as standard,
        r.portfolio_id,
        r.project_id,
        r.business_unit,
        a.adopted_on,
        r.status_date,
        r.drift_days,
        case when not r.is_scope_change then r.cost_growth_ratio end as cost_growth_ratio,
        e.overspend_ratio,
        e.shortfall_ratio
    from report_change(known_at) as r
    inner join adopting as s on r.portfolio_id = s.portfolio_id
    left join stepped as e on r.project_id = e.project_id and r.status_date = e.status_date
    left join standard_adopted(known_at) as a on s.standard = a.standard and r.business_unit = a.business_unit
    where r.previous_status_date is not null and r.movement <> 'left' and r.business_unit is not null;

create or replace view adoption_panel as select * from adoption_panel(2147483646);

comment on view adoption_panel is
'Drift and cost growth of each project per report, with the date its unit adopted each standard. Source: house, over report_change and standard_adopted.';
comment on column adoption_panel.standard is 'Standard, method or template.';
comment on column adoption_panel.portfolio_id is 'Portfolio of the project.';
comment on column adoption_panel.project_id is 'Project that reports.';
comment on column adoption_panel.business_unit is 'Business unit of the project.';
comment on column adoption_panel.adopted_on is 'Date the unit adopted the standard; null where it has not.';
comment on column adoption_panel.status_date is 'Date of the report.';
comment on column adoption_panel.drift_days is
'Calendar days by which the forecast finish moved since the report before; positive is later, lower is better; null unless both are known.';
comment on column adoption_panel.cost_growth_ratio is
'Forecast cost over that of the report before, less 1; a fraction, positive is dearer, lower is better; null unless both are known, and for changes of scope.';
comment on column adoption_panel.overspend_ratio is
'Change since the report before of AC less EV, over BAC: cost lost in the period; a fraction, lower is better; null without earned value in both or with no budget.';
comment on column adoption_panel.shortfall_ratio is
'Change since the report before of PV less EV, over BAC: work fallen behind in the period; a fraction, lower is better; null as overspend_ratio.';
