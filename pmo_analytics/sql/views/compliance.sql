-- Compliance of each project with each control: one row per project, control and status date of its portfolio, by the last finding
-- not after the date. A control counts from the stage on which its standard requires it. PRINCE2 and P3O assurance practice.
-- narrowed by: project
-- ordered by: points nulls last, project_id, control_id
create or replace macro compliance(known_at) as table
    with required as (
        select
            p.project_id,
            p.status_date,
            p.stage,
            c.control_id,
            c.standard,
            c.name,
            c.required_from_stage,
            coalesce(c.is_mandatory, true) as is_mandatory,
            case
                when c.required_from_stage is null then true
                when lower(trim(p.stage)) = lower(trim(c.required_from_stage)) then true
                else o.position >= f.position
            end as is_required
        from project_then(known_at) as p
        inner join status_report(known_at) as s on p.project_id = s.project_id and p.status_date = s.status_date
        inner join belongs_to(known_at) as b on b.kind = 'control_id' and p.portfolio_id = b.portfolio_id
        inner join control(known_at) as c on b.id = c.control_id
        left join stage_order(known_at) as o on lower(trim(p.stage)) = o.stage
        left join stage_order(known_at) as f on lower(trim(c.required_from_stage)) = f.stage
        where p.portfolio_id in (
            select q.portfolio_id
            from control_result(known_at) as r
            inner join project(known_at) as q on r.project_id = q.project_id
        )
    ),

    found as (
        select
            q.project_id,
            q.control_id,
            q.status_date,
            max(r.status_date) as found_on,
            arg_max(r.result, r.status_date) as result,
            arg_max(r.evidence, r.status_date) as evidence
        from required as q
        inner join control_result(known_at) as r on q.project_id = r.project_id and q.control_id = r.control_id
        inner join report_received(known_at) as g
            on
                g.table_name = 'control_result' and r.project_id = g.project_id and r.status_date = g.reported_on
                and q.status_date >= g.status_date
        where r.result is not null
        group by q.project_id, q.control_id, q.status_date
    )

    select
        q.project_id,
        q.control_id,
        q.status_date,
        q.standard,
        q.name,
        q.is_mandatory,
        q.stage,
        q.required_from_stage,
        q.is_required,
        case
            when f.result = 'not_applicable' then 'not applicable'
            when not q.is_required then 'not required yet'
            when q.is_required is null and f.result is null then 'not known if required'
            when f.result is null then 'missing'
            else f.result
        end as result,
        case
            when f.result = 'not_applicable' or not q.is_required then null
            when q.is_required is null and f.result is null then null
            when f.result = 'met' then 1.0
            when f.result = 'partly' then 0.5
            else 0.0
        end as points,
        f.found_on,
        date_diff('day', f.found_on, q.status_date) as finding_age_days,
        f.evidence,
        case
            when q.is_required is null
                then 'the order of stage ' || coalesce(q.stage, '(not stated)') || ' and ' || q.required_from_stage || ' is not known'
        end as reason
    from required as q
    left join found as f on q.project_id = f.project_id and q.control_id = f.control_id and q.status_date = f.status_date;

create or replace view compliance as select * from compliance(2147483646);

comment on view compliance is
'How far each reporting project meets each control, from the stage on which it is required. Source: PRINCE2 and P3O assurance practice; half a point for partly is a house rule.';
comment on column compliance.project_id is 'Project that was assessed.';
comment on column compliance.control_id is 'Control it is assessed against.';
comment on column compliance.status_date is 'Date of the report; the last finding not after it counts.';
comment on column compliance.standard is 'Standard that asks for the control.';
comment on column compliance.name is 'What the control requires.';
comment on column compliance.is_mandatory is 'True if it must be met (also where not stated), false if only recommended.';
comment on column compliance.stage is 'Stage the project is in as known; null where not stated.';
comment on column compliance.required_from_stage is 'First stage at which the control applies; null if from the start.';
comment on column compliance.is_required is 'True where the project has reached that stage, by view stage_order; null where the order of the two is not known.';
comment on column compliance.result is 'met, partly, not_met, missing (required and never assessed), not applicable, not required yet, or not known if required.';
comment on column compliance.points is 'met 1, partly 0.5, not_met and missing 0; higher is better; null where the control does not count.';
comment on column compliance.found_on is 'Date of the finding; null where there is none.';
comment on column compliance.finding_age_days is 'Calendar days from the finding to the status date; lower is better; null where there is none.';
comment on column compliance.evidence is 'What the finding rests on; null where not stated.';
comment on column compliance.reason is 'Why it is not known whether the control is required; null where it is.';
