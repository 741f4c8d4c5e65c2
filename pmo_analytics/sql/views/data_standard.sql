-- Which fields of a published data standard a project's data fill: one row per project that reports, status date, standard
-- and field. Fields of a table other than the status report count if the project has any row that gives them, of whatever
-- date. Source: Open Contracting for Infrastructure Data Standard (OC4IDS) 0.9, fields of a project; items of the return
-- published each year for the UK Government Major Projects Portfolio (NISTA), for the Programme and Project Data Standard.
-- narrowed by: project
-- ordered by: standard, field_no, project_id
create or replace macro data_standard(known_at) as table
    with field as (
        select listed.*
        from (
            values
            ('NISTA', 1, 'Project identifier', true, 'project.project_id'),
            ('NISTA', 2, 'Project name', true, 'project.name'),
            ('NISTA', 3, 'Department', true, 'project.business_unit'),
            ('NISTA', 4, 'Category', true, 'project.category'),
            ('NISTA', 5, 'Description and aims', true, null),
            ('NISTA', 6, 'Senior responsible owner', true, 'project.sponsor'),
            ('NISTA', 7, 'Delivery confidence', true, 'project_status.rag'),
            ('NISTA', 8, 'Start date', true, 'project_status.start'),
            ('NISTA', 9, 'End date, approved', false, 'project_status.baseline_finish'),
            ('NISTA', 10, 'End date, forecast', true, 'project_status.forecast_finish'),
            ('NISTA', 11, 'Baseline of the financial year', true, 'cost_line.budget'),
            ('NISTA', 12, 'Forecast of the financial year', true, 'cost_line.forecast'),
            ('NISTA', 13, 'Whole-life cost, baseline', false, 'project_status.bac'),
            ('NISTA', 14, 'Whole-life cost, forecast', true, 'project_status.forecast_cost'),
            ('NISTA', 15, 'Price base', false, 'project_status.price_base'),
            ('NISTA', 16, 'Benefits, baseline', true, 'benefit.planned'),
            ('NISTA', 17, 'Benefits, forecast', false, 'benefit.forecast'),
            ('NISTA', 18, 'Narrative on rating, dates and costs', true, 'project_status.commentary'),
            ('NISTA', 19, 'Milestones', false, 'milestone.name'),
            ('NISTA', 20, 'Risks', false, 'risk.title'),
            ('NISTA', 21, 'Issues', false, 'issue.title'),
            ('OC4IDS', 1, 'id', true, 'project.project_id'),
            ('OC4IDS', 2, 'updated', false, 'project.project_id'),
            ('OC4IDS', 3, 'language', false, null),
            ('OC4IDS', 4, 'identifiers', false, 'project.project_id'),
            ('OC4IDS', 5, 'publicAuthority', false, 'project.business_unit'),
            ('OC4IDS', 6, 'title', false, 'project.name'),
            ('OC4IDS', 7, 'description', false, null),
            ('OC4IDS', 8, 'budget', false, 'project_status.bac'),
            ('OC4IDS', 9, 'period', false, 'project_status.start'),
            ('OC4IDS', 10, 'locations', false, null),
            ('OC4IDS', 11, 'status', false, 'project.lifecycle'),
            ('OC4IDS', 12, 'type', false, null),
            ('OC4IDS', 13, 'sector', false, null),
            ('OC4IDS', 14, 'purpose', false, null),
            ('OC4IDS', 15, 'additionalClassifications', false, 'project.category'),
            ('OC4IDS', 16, 'parties', false, 'project.business_unit'),
            ('OC4IDS', 17, 'assetLifetime', false, null),
            ('OC4IDS', 18, 'identificationPeriod', false, null),
            ('OC4IDS', 19, 'preparationPeriod', false, null),
            ('OC4IDS', 20, 'implementationPeriod', false, null),
            ('OC4IDS', 21, 'completionPeriod', false, null),
            ('OC4IDS', 22, 'maintenancePeriod', false, null),
            ('OC4IDS', 23, 'decommissioningPeriod', false, null),
            ('OC4IDS', 24, 'forecasts', false, 'project_status.forecast_cost'),
            ('OC4IDS', 25, 'metrics', false, 'project_status.ac'),
            ('OC4IDS', 26, 'milestones', false, 'milestone.name'),
            ('OC4IDS', 27, 'completion', false, 'completion'),
            ('OC4IDS', 28, 'costMeasurements', false, null),
            ('OC4IDS', 29, 'transactions', false, null),
            ('OC4IDS', 30, 'documents', false, null),
            ('OC4IDS', 31, 'contractingProcesses', false, null),
            ('OC4IDS', 32, 'relatedProjects', false, null),
            ('OC4IDS', 33, 'policyAlignment', false, null),
            ('OC4IDS', 34, 'benefits', false, 'benefit.name'),
            ('OC4IDS', 35, 'social', false, null),
            ('OC4IDS', 36, 'environment', false, null),
            ('OC4IDS', 37, 'lobbyingMeetings', false, null)
        ) as listed (standard, field_no, field, is_required, rests_on)
    ),

    given_elsewhere as (
        select
            project_id,
            'cost_line.budget' as rests_on
        from cost_line(known_at)
        where budget is not null
        union
        select
            project_id,
            'cost_line.forecast' as rests_on
        from cost_line(known_at)
        where forecast is not null
        union
        select
            project_id,
            'benefit.name' as rests_on
        from benefit(known_at)
        where name is not null
        union
        select
            project_id,
            'benefit.planned' as rests_on
        from benefit(known_at)
        where planned is not null
        union
        select
            project_id,
            'benefit.forecast' as rests_on
        from benefit(known_at)
        where forecast is not null
        union
        select
            project_id,
            'milestone.name' as rests_on
        from milestone(known_at)
        where name is not null
        union
        select
            project_id,
            'risk.title' as rests_on
        from risk(known_at)
        where title is not null
        union
        select
            project_id,
            'issue.title' as rests_on
        from issue(known_at)
        where title is not null
    ),

    cell as (
        select
            p.portfolio_id,
            p.project_id,
            p.status_date,
            s.reported_on,
            f.standard,
            f.field_no,
            f.field,
            f.is_required,
            f.rests_on,
            f.rests_on = 'completion' and coalesce(p.lifecycle, '') <> 'closed' as is_not_due,
            case f.rests_on
                when 'project.project_id' then true
                when 'project.name' then p.name is not null
                when 'project.business_unit' then p.business_unit is not null
                when 'project.category' then p.category is not null
                when 'project.sponsor' then p.sponsor is not null
                when 'project.lifecycle' then p.lifecycle is not null
                when 'project_status.rag' then s.rag is not null
                when 'project_status.start' then s.start is not null
                when 'project_status.baseline_finish' then s.baseline_finish is not null
                when 'project_status.forecast_finish' then s.forecast_finish is not null
                when 'project_status.bac' then s.bac is not null
                when 'project_status.forecast_cost' then s.forecast_cost is not null
                when 'project_status.price_base' then s.price_base is not null
                when 'project_status.commentary' then s.commentary is not null
                when 'project_status.ac' then s.ac is not null
                when 'completion' then s.forecast_finish is not null
                else g.project_id is not null
            end as is_given
        from project_then(known_at) as p
        inner join status_report(known_at) as s on p.project_id = s.project_id and p.status_date = s.status_date
        cross join field as f
        left join given_elsewhere as g on p.project_id = g.project_id and f.rests_on = g.rests_on
    ),

    declined as (
        select distinct
            project_id,
            status_date,
            column_name
        from withheld(known_at)
    )

    select
        c.portfolio_id,
        c.project_id,
        c.status_date,
        c.standard,
        c.field_no,
        c.field,
        c.is_required,
        c.rests_on,
        case
            when c.rests_on is null then 'no place'
            when c.is_not_due then 'not due'
            when c.is_given then 'given'
            when w.column_name is not null then 'withheld'
            else 'not given'
        end as state
    from cell as c
    left join declined as w
        on
            c.project_id = w.project_id and c.reported_on = w.status_date and split_part(c.rests_on, '.', 2) = w.column_name
            and (
                starts_with(c.rests_on, 'project_status.') or c.rests_on in ('cost_line.budget', 'cost_line.forecast', 'benefit.planned')
            );

create or replace view data_standard as select * from data_standard(2147483646);

comment on view data_standard is 'How far the data of each project fill a published data standard, field by field. Source: OC4IDS 0.9; published items of the NISTA return.';
comment on column data_standard.portfolio_id is 'Portfolio of the project at the date.';
comment on column data_standard.project_id is 'Project that reports.';
comment on column data_standard.status_date is 'Date of the report.';
comment on column data_standard.standard is 'NISTA (UK government projects) or OC4IDS (Open Contracting for Infrastructure Data Standard).';
comment on column data_standard.field_no is 'Place of the field in the standard, from 1.';
comment on column data_standard.field is 'Field of the standard.';
comment on column data_standard.is_required is 'True if the standard asks it of every project: for NISTA, that the return publishes it; OC4IDS asks only id.';
comment on column data_standard.rests_on is 'Table and column of the model that fills it; null where the model has no place for it.';
comment on column data_standard.state is 'given, not given, withheld (declined with a reason), not due (of a project not yet closed) or no place (in the model).';
