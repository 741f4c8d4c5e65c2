-- How far each agreed action is overdue: one row per action and status date of its portfolio, as it stood at the date. An action
-- of no project follows its decision, or belongs to the portfolio that the rest of its sheet is about.
-- narrowed by: project
-- ordered by: is_overdue desc, overdue_days desc nulls last, action_id
create or replace macro action_ageing(known_at) as table
    with placed as (
        select
            a.action_id,
            coalesce(a.project_id, d.project_id) as project_id,
            p.portfolio_id,
            a.decision_id,
            coalesce(d.decided_on, d.asked_on) as agreed_on,
            a.title,
            a.owner,
            a.due_on,
            a.done_on,
            a.file,
            a.sheet
        from action(known_at) as a
        left join decision(known_at) as d on a.decision_id = d.decision_id
        left join project(known_at) as p on coalesce(a.project_id, d.project_id) = p.project_id
    ),

    sheet_portfolio as (
        select
            file,
            sheet,
            min(portfolio_id) as portfolio_id
        from placed
        group by file, sheet
        having count(distinct portfolio_id) = 1
    ),

    dated as (
        select
            a.action_id,
            a.project_id,
            c.portfolio_id,
            c.status_date,
            a.decision_id,
            a.title,
            a.owner,
            a.due_on,
            case when a.done_on <= c.status_date then a.done_on end as done_on
        from placed as a
        left join sheet_portfolio as f on a.file = f.file and a.sheet = f.sheet
        left join belongs_to(known_at) as b
            on b.kind = 'action_id' and a.action_id = b.id and coalesce(a.portfolio_id, f.portfolio_id) is null
        inner join status_calendar(known_at) as c
            on
                coalesce(a.portfolio_id, f.portfolio_id, b.portfolio_id) = c.portfolio_id
                and coalesce(a.agreed_on, c.status_date) <= c.status_date
    )

    select
        action_id,
        project_id,
        portfolio_id,
        status_date,
        decision_id,
        title,
        owner,
        due_on,
        done_on,
        case
            when done_on is not null then 'done'
            when due_on < status_date then 'overdue'
            else 'open'
        end as state,
        case when due_on is not null then greatest(date_diff('day', due_on, coalesce(done_on, status_date)), 0) end as overdue_days,
        done_on is null and coalesce(due_on < status_date, false) as is_overdue,
        case when due_on is null then 'not judged overdue: no date due is stated' end as reason
    from dated;

create or replace view action_ageing as select * from action_ageing(2147483646);

comment on view action_ageing is 'Agreed actions, done, open or overdue. Source: PRINCE2 and P3O practice, action log.';
comment on column action_ageing.action_id is 'Identifier of the action.';
comment on column action_ageing.project_id is 'Project it belongs to, or that its decision is about; null for an action of the portfolio.';
comment on column action_ageing.portfolio_id is
'Portfolio of the project; for an action of none, that of the rest of its sheet, or each portfolio if the sheet names several or none.';
comment on column action_ageing.status_date is 'Date at which the log is read; an action that follows from a decision counts from the day of the decision, or of asking for it while it is not taken, any other always.';
comment on column action_ageing.decision_id is 'Decision it carries out; null if it follows from none.';
comment on column action_ageing.title is 'What is to be done.';
comment on column action_ageing.owner is 'Person who answers for it; null where none is named.';
comment on column action_ageing.due_on is 'Date by which it must be done; null where not stated.';
comment on column action_ageing.done_on is 'Date it was done, if by the status date.';
comment on column action_ageing.state is 'done, open, or overdue: not done after the date due.';
comment on column action_ageing.overdue_days is
'Calendar days past the date due, up to the day it was done or the status date, 0 if not past; lower is better; null where no date due is stated.';
comment on column action_ageing.is_overdue is 'True where the action is not done and the date due has passed; false where none is stated.';
comment on column action_ageing.reason is 'Why overdue_days is null; null where it is not.';
