-- Progress of the PMO's own goals: one row per goal and status date of its portfolio, as it stood at the date. P3O, PMO charter.
-- narrowed by: organisation
-- ordered by: done_on nulls first, overdue_days desc nulls last, goal_id
create or replace macro charter_progress(known_at) as table
    with stood as (
        select
            b.portfolio_id,
            g.goal_id,
            d.status_date,
            g.objective,
            g.measure,
            g.baseline,
            g.target,
            g.due_on,
            coalesce(g.is_quick_win, false) as is_quick_win,
            case when g.done_on <= d.status_date then g.done_on end as done_on
        from charter_goal(known_at) as g
        inner join belongs_to(known_at) as b on b.kind = 'goal_id' and g.goal_id = b.id
        inner join status_calendar(known_at) as d on b.portfolio_id = d.portfolio_id
    )

    select
        portfolio_id,
        goal_id,
        status_date,
        objective,
        measure,
        baseline,
        target,
        due_on,
        is_quick_win,
        done_on,
        case
            when done_on > due_on then 'done late'
            when done_on is not null then 'done'
            when due_on < status_date then 'overdue'
            else 'open'
        end as state,
        coalesce(due_on <= status_date, false) as is_due,
        case when due_on is not null then greatest(date_diff('day', due_on, coalesce(done_on, status_date)), 0) end as overdue_days,
        case when due_on is null then 'not judged late: no date due is stated' end as reason
    from stood;

create or replace view charter_progress as select * from charter_progress(2147483646);

comment on view charter_progress is 'Goals of the charter of the PMO, done, open or overdue. Source: P3O, PMO charter and quick wins.';
comment on column charter_progress.portfolio_id is 'Portfolio whose PMO set the goal.';
comment on column charter_progress.goal_id is 'Identifier of the goal.';
comment on column charter_progress.status_date is 'Date at which the goals are read.';
comment on column charter_progress.objective is 'What the PMO wants to achieve.';
comment on column charter_progress.measure is 'What is measured, with its unit.';
comment on column charter_progress.baseline is 'Value when the goal was set, in the unit of the measure; null where not stated.';
comment on column charter_progress.target is 'Value to be reached, in the unit of the measure; null where not stated.';
comment on column charter_progress.due_on is 'Date by which it is to be reached; null where not stated.';
comment on column charter_progress.is_quick_win is 'True for a goal meant to show value early; false where not stated.';
comment on column charter_progress.done_on is 'Date it was reached, if by the status date.';
comment on column charter_progress.state is 'done, done late, overdue (not done after the date due) or open.';
comment on column charter_progress.is_due is 'True where the date due is not after the status date; false where none is stated.';
comment on column charter_progress.overdue_days is
'Calendar days past the date due, up to the day it was done or the status date, 0 if not past; lower is better; null where no date due is stated.';
comment on column charter_progress.reason is 'Why overdue_days is null; null where it is not.';
