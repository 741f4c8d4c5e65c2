-- How long each decision has waited: one row per decision and status date of its portfolio, from the date it was asked for, as
-- it stood at the date. A decision about no project belongs to the portfolio that the rest of its sheet is about.
-- narrowed by: project
-- ordered by: is_overdue desc, overdue_days desc nulls last, decision_id
create or replace macro decision_ageing(known_at) as table
    with sheet_portfolio as (
        select
            d.file,
            d.sheet,
            min(p.portfolio_id) as portfolio_id
        from decision(known_at) as d
        inner join project(known_at) as p on d.project_id = p.project_id
        group by d.file, d.sheet
        having count(distinct p.portfolio_id) = 1
    ),

    dated as (
        select
            d.decision_id,
            d.project_id,
            c.portfolio_id,
            c.status_date,
            d.title,
            d.authority,
            d.asked_on,
            d.needed_by,
            case when d.decided_on <= c.status_date then d.decided_on end as decided_on,
            case when d.decided_on <= c.status_date then d.decided_by end as decided_by,
            case when d.decided_on <= c.status_date then d.outcome end as outcome
        from decision(known_at) as d
        left join project(known_at) as p on d.project_id = p.project_id
        left join sheet_portfolio as f on d.file = f.file and d.sheet = f.sheet
        left join belongs_to(known_at) as b
            on b.kind = 'decision_id' and d.decision_id = b.id and coalesce(p.portfolio_id, f.portfolio_id) is null
        inner join status_calendar(known_at) as c
            on
                coalesce(p.portfolio_id, f.portfolio_id, b.portfolio_id) = c.portfolio_id
                and coalesce(d.asked_on, c.status_date) <= c.status_date
    )

    select
        decision_id,
        project_id,
        portfolio_id,
        status_date,
        title,
        authority,
        asked_on,
        needed_by,
        decided_on,
        decided_by,
        outcome,
        case
            when decided_on is not null then 'decided'
            when needed_by < status_date then 'overdue'
            else 'open'
        end as state,
        date_diff('day', asked_on, coalesce(decided_on, status_date)) as days_open,
        case when needed_by is not null then greatest(date_diff('day', needed_by, coalesce(decided_on, status_date)), 0) end as overdue_days,
        decided_on is null and coalesce(needed_by < status_date, false) as is_overdue,
        case when needed_by is null then 'not judged overdue: the date by which it is needed is not stated' end as reason
    from dated;

create or replace view decision_ageing as select * from decision_ageing(2147483646);

comment on view decision_ageing is 'Decisions asked for, with how long they waited and how far past the date they were needed. Source: PRINCE2 and P3O practice, decision log.';
comment on column decision_ageing.decision_id is 'Identifier of the decision.';
comment on column decision_ageing.project_id is 'Project it is about; null for one about the portfolio.';
comment on column decision_ageing.portfolio_id is
'Portfolio of the project; for a decision about none, that of the rest of its sheet, or each portfolio if the sheet names several or none.';
comment on column decision_ageing.status_date is 'Date at which the log is read.';
comment on column decision_ageing.title is 'What is to be decided.';
comment on column decision_ageing.authority is 'Person or board with the authority to decide; null where not stated.';
comment on column decision_ageing.asked_on is 'Date the decision was asked for; null where not stated.';
comment on column decision_ageing.needed_by is 'Date after which a missing decision delays the work; null where not stated.';
comment on column decision_ageing.decided_on is 'Date it was taken, if by the status date.';
comment on column decision_ageing.decided_by is 'Who took it, if by the status date.';
comment on column decision_ageing.outcome is 'What was decided, if by the status date.';
comment on column decision_ageing.state is 'decided, open, or overdue: open after the date by which it is needed.';
comment on column decision_ageing.days_open is 'Calendar days from asked to decided, or to the status date while open; lower is better; null where the date asked is not stated.';
comment on column decision_ageing.overdue_days is
'Calendar days past the date needed, up to the decision or the status date, 0 if not past; lower is better; null where that date is not stated.';
comment on column decision_ageing.is_overdue is 'True where the decision is open and the date by which it is needed has passed; false where that date is not stated.';
comment on column decision_ageing.reason is 'Why overdue_days is null; null where it is not.';
