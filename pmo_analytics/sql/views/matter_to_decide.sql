-- What a board has to decide: one row per status date and matter, with who owns it, since when it is due and what can be done;
-- a closed or cancelled project is past exceptions, gates and ratings, one with all work done past exceptions of cost and finish. The
-- figures are those of tolerance_status, gate_status, decision_ageing, action_ageing and rag_status; PRINCE2 escalation.
-- narrowed by: project
-- ordered by: overdue_days desc nulls last, kind, project_id, subject_id
create or replace macro matter_to_decide(known_at) as table
    with matter as (
        select
            'exception' as kind,
            t.project_id,
            t.project_id as subject_id,
            t.status_date,
            r.rule as finding,
            t.exception_since as due,
            null as answers,
            null as portfolio_id,
            'accept an exception plan with the new forecast; cut scope to return within tolerance; stop the project' as options
        from tolerance_status(known_at) as t
        inner join rag_status(known_at) as r on t.project_id = r.project_id and t.status_date = r.status_date
        where (t.is_cost_exception or t.is_days_exception) and r.rule_name like 'forecast % beyond tolerance'

        union all

        select
            'exception' as kind,
            project_id,
            project_id as subject_id,
            status_date,
            'benefits now expected '
            || printf('%.1f', round(cast(benefits_shortfall * 100 as decimal(18, 6)), 1))
            || '% under plan, tolerance of the stage '
            || printf('%.1f', round(cast(benefits_tolerance * 100 as decimal(18, 6)), 1)) || '%' as finding,
            status_date as due,
            null as answers,
            null as portfolio_id,
            'accept the lower benefits in a revised business case; change scope to restore them; stop the project' as options
        from tolerance_status(known_at)
        where is_benefits_exception

        union all

        select
            'gate' as kind,
            project_id,
            gate as subject_id,
            status_date,
            case
                when is_overdue and spend_without_gate > 0
                    then 'gate ' || gate || ' is ' || days_late || case when days_late = 1 then ' day' else ' days' end || ' overdue and money is being spent without it'
                when is_overdue then 'gate ' || gate || ' is ' || days_late || case when days_late = 1 then ' day' else ' days' end || ' overdue'
                else 'gate ' || gate || ' failed and has not been passed since'
            end as finding,
            planned_on as due,
            null as answers,
            null as portfolio_id,
            'hold the review now; agree a new date and stop spending until then; waive the gate on the record' as options
        from gate_status(known_at)
        where is_overdue or state = 'failed'

        union all

        select
            'decision' as kind,
            project_id,
            decision_id as subject_id,
            status_date,
            coalesce(title, decision_id) || ': ' || overdue_days || case when overdue_days = 1 then ' day' else ' days' end || ' past the date it was needed' as finding,
            needed_by as due,
            authority as answers,
            portfolio_id,
            'decide now; delegate the decision; accept the delay and plan again' as options
        from decision_ageing(known_at)
        where is_overdue

        union all

        select
            'action' as kind,
            project_id,
            action_id as subject_id,
            status_date,
            coalesce(title, action_id) || ': ' || overdue_days || case when overdue_days = 1 then ' day' else ' days' end || ' past due' as finding,
            due_on as due,
            owner as answers,
            portfolio_id,
            'finish it; agree a new date; cancel it on the record' as options
        from action_ageing(known_at)
        where is_overdue

        union all

        select
            'rating' as kind,
            project_id,
            project_id as subject_id,
            status_date,
            'declared ' || declared || ', computed ' || computed || ': ' || rule as finding,
            status_date as due,
            null as answers,
            null as portfolio_id,
            'restate the rating; explain on the record why the figures mislead; ask for an assurance review' as options
        from rag_status(known_at)
        where is_watermelon
    )

    select
        coalesce(p.portfolio_id, m.portfolio_id) as portfolio_id,
        m.project_id,
        m.status_date,
        m.kind,
        m.subject_id,
        m.finding,
        coalesce(m.answers, p.sponsor, p.manager) as owner,
        m.due,
        date_diff('day', m.due, m.status_date) as overdue_days,
        m.options,
        case when coalesce(m.answers, p.sponsor, p.manager) is null then 'no owner is named' end as reason
    from matter as m
    left join project_then(known_at) as p on m.project_id = p.project_id and m.status_date = p.status_date
    where m.kind in ('decision', 'action') or coalesce(p.lifecycle, 'active') not in ('closed', 'cancelled');

create or replace view matter_to_decide as select * from matter_to_decide(2147483646);

comment on view matter_to_decide is
'Exceptions, gates, decisions, actions and ratings that call for a decision, with owner, date and options. Source: PRINCE2, management by exception and escalation.';
comment on column matter_to_decide.portfolio_id is 'Portfolio whose board it concerns.';
comment on column matter_to_decide.project_id is 'Project it is about; null for a matter of the portfolio.';
comment on column matter_to_decide.status_date is 'Date of the report.';
comment on column matter_to_decide.kind is 'exception, gate, decision, action or rating.';
comment on column matter_to_decide.subject_id is 'Gate, decision or action it is about; the project for the other kinds.';
comment on column matter_to_decide.finding is 'What was found, in words with its figures.';
comment on column matter_to_decide.owner is 'Authority of the decision, owner of the action, or else the sponsor of the project, or else its manager; null where none is named.';
comment on column matter_to_decide.due is
'Date since which it is due: first report of the exception, planned date of the gate, date needed, date due, or this report for a rating and for benefits.';
comment on column matter_to_decide.overdue_days is 'Calendar days from that date to the status date; lower is better.';
comment on column matter_to_decide.options is 'What can be decided, separated by semicolons; how it is worded depends on the kind of PMO, the figures do not.';
comment on column matter_to_decide.reason is 'Why owner is null; null where it is not.';
