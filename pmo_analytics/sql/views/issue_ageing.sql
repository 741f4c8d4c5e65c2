-- How old each open issue is: one row per project, open issue and status date. PRINCE2 issue register.
-- narrowed by: project
-- ordered by: overdue_days desc nulls last, days_open desc nulls last, project_id, issue_id
create or replace macro issue_ageing(known_at) as table
    select
        i.project_id,
        i.issue_id,
        r.status_date,
        i.title,
        i.severity,
        i.owner,
        i.raised_on,
        i.due_on,
        date_diff('day', i.raised_on, r.status_date) as days_open,
        case when i.due_on is not null then greatest(date_diff('day', i.due_on, r.status_date), 0) end as overdue_days,
        coalesce(i.due_on < r.status_date, false) as is_overdue,
        case
            when i.raised_on is null and i.due_on is null then 'neither the date raised nor the date due is stated'
            when i.raised_on is null then 'no age: the date raised is not stated'
            when i.due_on is null then 'not judged overdue: no date due is stated'
        end as reason
    from issue(known_at) as i
    inner join report_received(known_at) as r
        on r.table_name = 'issue' and i.project_id = r.project_id and i.status_date = r.reported_on and r.is_counted
    where i.closed_on is null or i.closed_on > r.status_date;

create or replace view issue_ageing as select * from issue_ageing(2147483646);

comment on view issue_ageing is 'Open issues with their age and how far they are overdue. Source: PRINCE2, issue register.';
comment on column issue_ageing.project_id is 'Project that has the issue.';
comment on column issue_ageing.issue_id is 'Identifier of the issue.';
comment on column issue_ageing.status_date is 'Date the register is about.';
comment on column issue_ageing.title is 'What the issue is.';
comment on column issue_ageing.severity is 'How serious it is, on the scale of the project; null where not stated.';
comment on column issue_ageing.owner is 'Person who answers for resolving it; null where none is named.';
comment on column issue_ageing.raised_on is 'Date the issue was raised; null where not stated.';
comment on column issue_ageing.due_on is 'Date by which it is to be resolved; null where not stated.';
comment on column issue_ageing.days_open is 'Calendar days from raised to the status date; lower is better; null where the date raised is not stated.';
comment on column issue_ageing.overdue_days is 'Calendar days past the date due, 0 if not past; lower is better; null where no date due is stated.';
comment on column issue_ageing.is_overdue is 'True where the date due has passed; false where none is stated.';
comment on column issue_ageing.reason is 'Why an age is null; null where none is.';
