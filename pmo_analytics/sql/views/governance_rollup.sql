-- Governance of units in counts: one row per status date, level and unit. Counts of projects and items; money is elsewhere, so that
-- no currency is involved. PRINCE2 and P3O practice; each count is defined in the view it comes from.
-- narrowed by: roll-up
-- ordered by: level_id
create or replace macro governance_rollup(known_at) as table
    with unit as (
        select distinct
            project_id,
            portfolio_id,
            status_date,
            level,
            level_id,
            level_name
        from reporting_unit(known_at)
    ),

    rated as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            u.level_name,
            r.status_date,
            count(*) as projects,
            count(r.agreement) as projects_compared,
            count(case when r.is_watermelon then 1 end) as watermelons,
            count(case when not r.is_finished then t.is_exception end) as projects_with_tolerance,
            count(case when t.is_exception and not r.is_finished then 1 end) as exceptions,
            max(case when not r.is_finished then t.days_since_exception end) as oldest_exception_days
        from rag_status(known_at) as r
        inner join tolerance_status(known_at) as t on r.project_id = t.project_id and r.status_date = t.status_date
        inner join unit as u on r.project_id = u.project_id and r.status_date = u.status_date
        group by u.portfolio_id, u.level, u.level_id, u.level_name, r.status_date
    ),

    gated as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            g.status_date,
            count(case when g.planned_on <= g.status_date then 1 end) as gates_due,
            count(case when g.is_overdue then 1 end) as gates_overdue,
            count(case when g.is_spend_before_gate then 1 end) as gates_spent_before,
            sum(g.conditions_open) as conditions_open
        from gate_status(known_at) as g
        inner join unit as u on g.project_id = u.project_id and g.status_date = u.status_date
        group by u.portfolio_id, u.level, u.level_id, g.status_date
    ),

    decided as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            d.status_date,
            count(case when d.state <> 'decided' then 1 end) as decisions_open,
            count(case when d.is_overdue then 1 end) as decisions_overdue
        from decision_ageing(known_at) as d
        inner join unit as u on d.project_id = u.project_id and d.status_date = u.status_date
        group by u.portfolio_id, u.level, u.level_id, d.status_date
    ),

    acted as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            a.status_date,
            count(case when a.state <> 'done' then 1 end) as actions_open,
            count(case when a.is_overdue then 1 end) as actions_overdue
        from action_ageing(known_at) as a
        inner join unit as u on a.project_id = u.project_id and a.status_date = u.status_date
        group by u.portfolio_id, u.level, u.level_id, a.status_date
    ),

    raised as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            i.status_date,
            count(*) as issues_open,
            count(case when i.is_overdue then 1 end) as issues_overdue
        from issue_ageing(known_at) as i
        inner join unit as u on i.project_id = u.project_id and i.status_date = u.status_date
        group by u.portfolio_id, u.level, u.level_id, i.status_date
    )

    select
        r.portfolio_id,
        r.level,
        r.level_id,
        r.level_name,
        r.status_date,
        r.projects,
        r.projects_compared,
        r.watermelons,
        r.projects_with_tolerance,
        r.exceptions,
        r.oldest_exception_days,
        coalesce(g.gates_due, 0) as gates_due,
        coalesce(g.gates_overdue, 0) as gates_overdue,
        coalesce(g.gates_spent_before, 0) as gates_spent_before,
        coalesce(g.conditions_open, 0) as conditions_open,
        coalesce(d.decisions_open, 0) as decisions_open,
        coalesce(d.decisions_overdue, 0) as decisions_overdue,
        coalesce(a.actions_open, 0) as actions_open,
        coalesce(a.actions_overdue, 0) as actions_overdue,
        coalesce(i.issues_open, 0) as issues_open,
        coalesce(i.issues_overdue, 0) as issues_overdue,
        c.score as compliance_score,
        case when c.score is null then 'no compliance score: no control is required or assessed' end as reason
    from rated as r
    left join gated as g
        on r.portfolio_id = g.portfolio_id and r.level = g.level and r.level_id = g.level_id and r.status_date = g.status_date
    left join decided as d
        on r.portfolio_id = d.portfolio_id and r.level = d.level and r.level_id = d.level_id and r.status_date = d.status_date
    left join acted as a
        on r.portfolio_id = a.portfolio_id and r.level = a.level and r.level_id = a.level_id and r.status_date = a.status_date
    left join raised as i
        on r.portfolio_id = i.portfolio_id and r.level = i.level and r.level_id = i.level_id and r.status_date = i.status_date
    left join compliance_score(known_at) as c
        on
            r.portfolio_id = c.portfolio_id and r.level = c.level and r.level_id = c.level_id and r.status_date = c.status_date
            and c.standard = 'all';

create or replace view governance_rollup as select * from governance_rollup(2147483646);

comment on view governance_rollup is
'Watermelons, exceptions, gates, decisions, actions, issues and compliance of a unit, counted. Source: PRINCE2 and P3O practice; each count by the view it comes from.';
comment on column governance_rollup.portfolio_id is 'Portfolio the unit belongs to.';
comment on column governance_rollup.level is 'Level: project, programme, business_unit or portfolio.';
comment on column governance_rollup.level_id is 'Identifier of the unit.';
comment on column governance_rollup.level_name is 'Name of the unit.';
comment on column governance_rollup.status_date is 'Date of the report.';
comment on column governance_rollup.projects is 'Projects that report; a count.';
comment on column governance_rollup.projects_compared is 'Of these, projects with a declared and a computed status; a count.';
comment on column governance_rollup.watermelons is 'Of these, projects whose declared status is better than the computed one; a count, lower is better.';
comment on column governance_rollup.projects_with_tolerance is 'Projects, not finished, whose forecast can be compared with a tolerance; a count.';
comment on column governance_rollup.exceptions is 'Of these, projects beyond a tolerance; a count, lower is better.';
comment on column governance_rollup.oldest_exception_days is 'Age of the oldest of these exceptions; calendar days; null where there is none.';
comment on column governance_rollup.gates_due is 'Gates planned for the date or before; a count.';
comment on column governance_rollup.gates_overdue is 'Of these, not held; a count, lower is better.';
comment on column governance_rollup.gates_spent_before is 'Gates after whose planned date money was booked before they were passed; a count, lower is better.';
comment on column governance_rollup.conditions_open is 'Conditions of held gates not yet met; a count, lower is better.';
comment on column governance_rollup.decisions_open is 'Decisions about the projects asked for and not taken; a count; decisions about no project are in decision_ageing only.';
comment on column governance_rollup.decisions_overdue is 'Of these, past the date by which they are needed; a count, lower is better.';
comment on column governance_rollup.actions_open is 'Actions of the projects not done; a count; actions of no project are in action_ageing only.';
comment on column governance_rollup.actions_overdue is 'Of these, past the date due; a count, lower is better.';
comment on column governance_rollup.issues_open is 'Open issues; a count.';
comment on column governance_rollup.issues_overdue is 'Of these, past the date due; a count, lower is better.';
comment on column governance_rollup.compliance_score is 'Points over required controls of all standards; a fraction, higher is better; null where none is required or assessed.';
comment on column governance_rollup.reason is 'Why compliance_score is null; null where it is not.';
