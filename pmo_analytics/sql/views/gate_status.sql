-- Gate reviews: one row per project, gate and status date of its portfolio, as it stood at the date. OGC Gateway review process;
-- compliance measures: gate passed on date, gate before spend, conditions closed.
-- narrowed by: project
-- ordered by: planned_on, project_id, gate
create or replace macro gate_status(known_at) as table
    with dated as (
        select
            g.project_id,
            g.gate,
            c.status_date,
            g.planned_on,
            case when g.held_on <= c.status_date then g.held_on end as held_on,
            case when g.held_on <= c.status_date then g.outcome end as outcome,
            case when g.held_on <= c.status_date then g.conditions_open end as conditions_open
        from gate_review(known_at) as g
        inner join project_then(known_at) as c on g.project_id = c.project_id
    ),

    spent as (
        select
            d.project_id,
            d.gate,
            d.status_date,
            d.planned_on,
            arg_max(case when s.reported_on <= d.planned_on then s.ac end, s.status_date) as ac_before,
            max(case when s.reported_on <= d.planned_on and s.ac is not null then s.reported_on end) as before_on,
            arg_min(case when s.reported_on > d.planned_on then s.ac end, s.status_date) as ac_after,
            min(case when s.reported_on > d.planned_on and s.ac is not null then s.reported_on end) as after_on,
            arg_max(
                case when d.outcome in ('pass', 'conditional') and s.reported_on > d.held_on then null else s.ac end, s.status_date
            ) as ac_when_passed
        from dated as d
        inner join status_report(known_at) as s on d.project_id = s.project_id and d.status_date >= s.status_date
        where d.planned_on < d.status_date
        group by d.project_id, d.gate, d.status_date, d.planned_on
    ),

    due as (
        select
            *,
            ac_before + coalesce(
                (ac_after - ac_before) * date_diff('day', before_on, planned_on) / date_diff('day', before_on, after_on), 0
            ) as ac_when_due
        from spent
    ),

    booked as (
        select
            d.project_id,
            d.gate,
            d.status_date,
            sum(case when c.period_end <= d.planned_on then c.actual end) as cost_when_due,
            sum(
                case
                    when c.period_end <= case when d.outcome in ('pass', 'conditional') then d.held_on else d.status_date end
                        then c.actual
                end
            ) as cost_when_passed
        from dated as d
        inner join cost_line(known_at) as c on d.project_id = c.project_id and d.status_date >= c.period_end
        where d.planned_on < d.status_date
        group by d.project_id, d.gate, d.status_date
    ),

    costed as (
        select
            d.project_id,
            d.gate,
            d.status_date,
            case
                when d.outcome in ('pass', 'conditional') and d.held_on <= d.planned_on then 0
                when s.ac_when_due is not null then cast(greatest(s.ac_when_passed - s.ac_when_due, 0) as decimal(38, 2))
                when b.cost_when_due is not null then greatest(b.cost_when_passed - b.cost_when_due, 0)
            end as spend
        from dated as d
        left join due as s on d.project_id = s.project_id and d.gate = s.gate and d.status_date = s.status_date
        left join booked as b on d.project_id = b.project_id and d.gate = b.gate and d.status_date = b.status_date
        where d.planned_on < d.status_date
    )

    select
        d.project_id,
        d.gate,
        d.status_date,
        d.planned_on,
        d.held_on,
        d.outcome,
        case
            when d.outcome in ('pass', 'conditional') and coalesce(d.conditions_open, 0) > 0 then 'passed, conditions open'
            when d.outcome in ('pass', 'conditional') then 'passed'
            when d.outcome = 'fail' then 'failed'
            when d.held_on is not null then 'held, outcome not stated'
            when d.planned_on < d.status_date then 'overdue'
            else 'not due'
        end as state,
        case
            when d.held_on is not null then date_diff('day', d.planned_on, d.held_on)
            when d.planned_on < d.status_date then date_diff('day', d.planned_on, d.status_date)
        end as days_late,
        d.held_on is null and coalesce(d.planned_on < d.status_date, false) as is_overdue,
        d.conditions_open,
        s.spend as spend_without_gate,
        case when d.planned_on < d.status_date then s.spend > 0 else false end as is_spend_before_gate,
        case
            when d.planned_on is null then 'not judged late: no planned date is stated'
            when d.planned_on < d.status_date and s.spend is null
                then 'spend is not known: no report and no cost line of the planned date or before it states a cost'
        end as reason
    from dated as d
    left join costed as s on d.project_id = s.project_id and d.gate = s.gate and d.status_date = s.status_date;

create or replace view gate_status as select * from gate_status(2147483646);

comment on view gate_status is 'Gate reviews planned, held, late and passed, and money spent while a gate was due but not passed. Source: OGC Gateway review process.';
comment on column gate_status.project_id is 'Project under review.';
comment on column gate_status.gate is 'Gate that is reviewed.';
comment on column gate_status.status_date is 'Date at which the reviews are read; what was held later is not yet held.';
comment on column gate_status.planned_on is 'Date the review is planned for, as known now; null where not stated.';
comment on column gate_status.held_on is 'Date it was held, if by the status date.';
comment on column gate_status.outcome is 'pass, conditional or fail, if held by the status date.';
comment on column gate_status.state is 'One of: not due; overdue; passed; passed, conditions open; failed; held, outcome not stated.';
comment on column gate_status.days_late is
'Calendar days from planned to held, or to the status date while overdue; positive is late, lower is better; null where not due or no date is stated.';
comment on column gate_status.is_overdue is 'True where the planned date has passed and the review was not held; false where no date is stated.';
comment on column gate_status.conditions_open is 'Conditions not yet met, as known now, once the review was held; a count, lower is better.';
comment on column gate_status.spend_without_gate is
'Cost booked from the planned date until the gate was passed, or the status date, by the reports, between two of which money is taken as spent evenly, or by cost lines where no report reaches back to the planned date; project currency, 0 if passed by that date, lower is better; null if not due or unknown.';
comment on column gate_status.is_spend_before_gate is 'True where money was booked after the planned date while the gate was not passed; false if not due; null where the spend is not known.';
comment on column gate_status.reason is 'Why a figure of a gate that matters is null; null where none is.';
