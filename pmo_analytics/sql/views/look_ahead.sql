-- What was due lately and what falls due soon: one row per project, kind, subject and status date of its portfolio. Of what is
-- done, the last month; of what is not, all that is overdue, the next three months, and what moved out of these since the report
-- before; a legal date that the forecast misses, however far. A closed or cancelled project is past its gates.
-- PRINCE2 highlight report: products of this period and the next.
-- narrowed by: project
-- ordered by: due_on, project_id, kind, subject_id
create or replace macro look_ahead(known_at) as table
    with item as (
        select
            project_id,
            status_date,
            'milestone' as kind,
            milestone_id as subject_id,
            name as subject,
            coalesce(actual_date, forecast_date) as due_on,
            coalesce(actual_date, forecast_date) - cast(drift_days as integer) as previous_due_on,
            baseline_date as planned_on,
            actual_date as done_on,
            null as owner,
            cast(null as double) as amount,
            false as is_out_of_reach
        from milestone_slip(known_at)
        where coalesce(kind, 'milestone') = 'milestone'

        union all

        select
            g.project_id,
            g.status_date,
            'gate' as kind,
            g.gate as subject_id,
            g.gate as subject,
            g.planned_on as due_on,
            null as previous_due_on,
            null as planned_on,
            g.held_on as done_on,
            null as owner,
            null as amount,
            false as is_out_of_reach
        from gate_status(known_at) as g
        inner join project_then(known_at) as p on g.project_id = p.project_id and g.status_date = p.status_date
        where g.held_on is not null or coalesce(p.lifecycle, 'active') not in ('closed', 'cancelled')

        union all

        select
            project_id,
            status_date,
            'decision' as kind,
            decision_id as subject_id,
            title as subject,
            needed_by as due_on,
            null as previous_due_on,
            null as planned_on,
            decided_on as done_on,
            authority as owner,
            null as amount,
            false as is_out_of_reach
        from decision_ageing(known_at)

        union all

        select
            p.project_id,
            p.status_date,
            'legal date' as kind,
            'deadline' as subject_id,
            'legal date' as subject,
            p.deadline as due_on,
            null as previous_due_on,
            null as planned_on,
            null as done_on,
            p.sponsor as owner,
            null as amount,
            s.forecast_finish > p.deadline as is_out_of_reach
        from project_then(known_at) as p
        inner join status_report(known_at) as s on p.project_id = s.project_id and p.status_date = s.status_date
        where p.deadline is not null and coalesce(s.percent_complete, 0) < 100

        union all

        select
            b.project_id,
            c.status_date,
            'benefit' as kind,
            b.benefit_id as subject_id,
            max(b.name) as subject,
            min(b.period_end) as due_on,
            null as previous_due_on,
            null as planned_on,
            null as done_on,
            max(b.owner) as owner,
            cast(sum(b.planned) as double) as amount,
            false as is_out_of_reach
        from benefit(known_at) as b
        inner join project_then(known_at) as c on b.project_id = c.project_id
        where b.period_end > c.status_date and b.period_end <= c.status_date + interval 3 month and b.planned <> 0
        group by b.project_id, c.status_date, b.benefit_id
    ),

    judged as (
        select
            project_id,
            status_date,
            kind,
            subject_id,
            subject,
            due_on,
            previous_due_on,
            planned_on,
            done_on,
            owner,
            amount,
            case
                when done_on >= status_date - interval 1 month then 'done'
                when done_on is not null then null
                when due_on < status_date then 'overdue'
                when is_out_of_reach then 'out of reach'
                when due_on <= status_date + interval 3 month then 'due'
                when previous_due_on >= status_date and previous_due_on <= status_date + interval 3 month then 'moved out'
            end as state
        from item
    )

    select
        project_id,
        status_date,
        kind,
        subject_id,
        subject,
        state,
        due_on,
        previous_due_on,
        planned_on,
        done_on,
        owner,
        amount,
        date_diff('day', status_date, due_on) as days_ahead,
        date_diff('day', planned_on, coalesce(done_on, due_on)) as slip_days
    from judged
    where state is not null;

create or replace view look_ahead as select * from look_ahead(2147483646);

comment on view look_ahead is 'What was due lately, what is overdue and what falls due in the next three months: milestones, gates, decisions, legal dates and benefits. Source: PRINCE2 highlight report, products completed in this period and to be completed in the next.';
comment on column look_ahead.project_id is 'Project it belongs to; null for a decision about the portfolio.';
comment on column look_ahead.status_date is 'Date the report is about.';
comment on column look_ahead.kind is 'milestone, gate, decision, legal date or benefit.';
comment on column look_ahead.subject_id is 'Identifier within the project and kind.';
comment on column look_ahead.subject is 'What it is called.';
comment on column look_ahead.state is 'done in the last month; overdue, not done and past its date, but no gate of a closed or cancelled project; due in the next three months; moved out, expected within these in the report before and later now; out of reach, a legal date before the forecast finish.';
comment on column look_ahead.due_on is 'Date now expected, or by which it is needed; of a benefit, the first period end ahead; null where not stated.';
comment on column look_ahead.previous_due_on is 'Date expected in the report before; null where no report says.';
comment on column look_ahead.planned_on is 'Baseline date; null where not baselined.';
comment on column look_ahead.done_on is 'Date reached, held or decided, by the status date; null while it is not.';
comment on column look_ahead.owner is 'Who decides, or answers for the benefit or the date; null where nobody is named.';
comment on column look_ahead.amount is 'Planned benefit of the next three months, project currency or own unit; null for all else.';
comment on column look_ahead.days_ahead is 'Calendar days from the status date to due_on; negative is past.';
comment on column look_ahead.slip_days is 'Calendar days from the baseline to the date reached or now expected; positive is late; null where not baselined.';
