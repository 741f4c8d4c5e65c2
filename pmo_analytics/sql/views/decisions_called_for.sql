-- What a board is asked to decide: one row per portfolio, status date, project and kind of decision; what the logs hold about no project is one more.
-- A project is asked about once a kind, for all its gates, logged decisions or conditions of that kind together. A closed or cancelled project
-- is past everything but decisions that are owed. The kinds in their order, with the rule of each:
--   owed       a decision of the logs is past the date by which it is needed
--   deadline   the finish forecast lies after the date that is set from outside, or that date has passed with work left
--   gate       a gate is overdue, or failed and was not passed since
--   red        rated red by its report; past a tolerance it is asked about here only
--   tolerance  cost or finish forecast past the tolerance of the stage against the baseline in force: an approved plan would have moved that
--   benefits   benefits in money expected below plan by more than the tolerance of the stage
--   condition  a gate passed, or a decision taken, on conditions that are open: those of the gate, the actions left of the decision
--   baseline   the finish moved by more than 180 days, or the cost by more than 15%, in one report, rated amber or better or not at all;
--              or the report is of another scope, or of a date of another meaning: no growth is computed, but the new baseline needs approval
-- What is found of red, tolerance, benefits and baseline is decided at this meeting, unless a gate or logged decision of the project
-- falls within 45 days, about when the board meets next.
-- Source: PRINCE2, management by exception and escalation; OGC Gateway; the limits of baseline and of 45 days are house rules.
-- narrowed by: project
-- ordered by: kind_no, is_done, is_board_own desc, coalesce(overdue_days, 0) desc, case kind when 'deadline' then decide_by end, open_since,
--   kind <> 'baseline' or subject is null, cost_ratio desc, days desc, last_cost desc, project_id
create or replace macro decisions_called_for(known_at) as table
    with running as (
        select
            p.project_id,
            p.status_date,
            p.deadline,
            s.project_id is not null as is_reported,
            s.rag,
            s.forecast_cost,
            s.ac,
            s.forecast_finish,
            coalesce(s.percent_complete >= 100, false) as is_complete
        from project_then(known_at) as p
        left join status_report(known_at) as s on p.project_id = s.project_id and p.status_date = s.status_date
        where coalesce(p.lifecycle, 'active') not in ('closed', 'cancelled')
    ),

    judged as (
        select
            r.*,
            coalesce(r.rag = 'red', false) as is_red,
            coalesce(
                r.deadline is not null and not r.is_complete and (r.forecast_finish > r.deadline or r.deadline < r.status_date), false
            ) as is_missed
        from running as r
    ),

    numbered as (
        select
            j.*,
            count(case when j.is_reported and not j.is_red then 1 end) over reports as red_run,
            count(case when j.is_reported and not j.is_missed then 1 end) over reports as missed_run
        from judged as j
        window reports as (partition by j.project_id order by j.status_date)
    ),

    since as (
        select
            n.*,
            min(case when n.is_red then n.status_date end) over (partition by n.project_id, n.red_run) as red_since,
            count(case when n.is_red then 1 end) over (partition by n.project_id, n.red_run order by n.status_date) as reports_red,
            min(case when n.is_missed then n.status_date end) over (partition by n.project_id, n.missed_run) as missed_since
        from numbered as n
    ),

    gate as (
        select
            g.project_id,
            g.status_date,
            count(*) as items,
            arg_min(g.gate, coalesce(case when g.is_overdue then g.planned_on end, g.held_on)) as subject,
            min(case when g.is_overdue then g.planned_on else g.held_on end) as open_since,
            min(case when g.is_overdue then g.planned_on end) as decide_by,
            arg_min(case when g.is_overdue then g.gate end, case when g.is_overdue then g.planned_on end) as overdue_gate,
            max(g.spend_without_gate) as money
        from gate_status(known_at) as g
        inner join running as r on g.project_id = r.project_id and g.status_date = r.status_date
        where g.is_overdue or g.state = 'failed'
        group by g.project_id, g.status_date
    ),

    owing as (
        select
            d.portfolio_id,
            d.project_id,
            d.status_date,
            d.decision_id,
            coalesce(d.title, d.decision_id) as title,
            d.authority,
            d.asked_on,
            d.needed_by,
            coalesce(
                regexp_matches(lower(d.authority), '^(the )?board$')
                or (regexp_matches(lower(d.authority), 'board|committee|panel') and contains(lower(d.authority), 'portfolio')),
                false
            ) as is_board_own
        from decision_ageing(known_at) as d
        where d.is_overdue
    ),

    owed as (
        select
            portfolio_id,
            project_id,
            status_date,
            count(*) as items,
            arg_min(title, (needed_by, decision_id)) as subject,
            min(asked_on) as open_since,
            min(needed_by) as decide_by,
            string_agg(distinct authority, ', ' order by authority) as owner,
            bool_or(is_board_own) as is_board_own
        from owing
        group by portfolio_id, project_id, status_date
    ),

    left_open as (
        select
            null as portfolio_id,
            g.project_id,
            g.status_date,
            g.gate as subject,
            g.held_on as open_since,
            cast(null as date) as decide_by,
            g.conditions_open as items
        from gate_status(known_at) as g
        where g.state = 'passed, conditions open'

        union all

        select
            case when d.project_id is null then d.portfolio_id end as portfolio_id,
            d.project_id,
            d.status_date,
            coalesce(d.title, d.decision_id) as subject,
            d.decided_on as open_since,
            min(a.due_on) as decide_by,
            count(*) as items
        from decision_ageing(known_at) as d
        inner join action_ageing(known_at) as a
            on d.decision_id = a.decision_id and d.status_date = a.status_date and d.portfolio_id = a.portfolio_id
        where d.decided_on is not null and contains(lower(d.outcome), 'condition') and a.state <> 'done'
        group by d.portfolio_id, d.project_id, d.status_date, d.decision_id, d.title, d.decided_on
    ),

    conditions as (
        select
            c.portfolio_id,
            c.project_id,
            c.status_date,
            sum(c.items) as items,
            arg_min(c.subject, coalesce(c.decide_by, c.open_since)) as subject,
            min(c.open_since) as open_since,
            min(c.decide_by) as decide_by
        from left_open as c
        left join running as r on c.project_id = r.project_id and c.status_date = r.status_date
        where c.project_id is null or r.project_id is not null
        group by c.portfolio_id, c.project_id, c.status_date
    ),

    shortfall as (
        select
            project_id,
            sum(planned) - sum(coalesce(forecast, planned)) as money
        from benefit(known_at)
        where kind in ('cashable', 'non_cashable', 'disbenefit') and planned is not null
        group by project_id
    ),

    calendar as (
        select
            project_id,
            status_date,
            planned_on as next_on,
            'gate' as next_kind,
            gate as next_name
        from gate_status(known_at)
        where held_on is null and planned_on >= status_date

        union all

        select
            project_id,
            status_date,
            needed_by as next_on,
            'decision' as next_kind,
            coalesce(title, decision_id) as next_name
        from decision_ageing(known_at)
        where decided_on is null and needed_by >= status_date and project_id is not null
    ),

    ahead as (
        select
            project_id,
            status_date,
            min(next_on) as next_on,
            arg_min(next_kind, (next_on, next_kind, next_name)) as next_kind,
            arg_min(next_name, (next_on, next_kind, next_name)) as next_name
        from calendar
        group by project_id, status_date
    ),

    near as (
        select a.*
        from ahead as a
        where a.next_on <= a.status_date + 45
    ),

    called as (
        select
            4 as kind_no,
            'red' as kind,
            null as portfolio_id,
            s.project_id,
            s.status_date,
            1 as items,
            s.reports_red,
            null as subject,
            s.red_since as open_since,
            a.next_on as decide_by,
            a.next_kind as by_kind,
            a.next_name as by_name,
            null as owner,
            false as is_board_own,
            case when s.ac is null then s.forecast_cost else s.forecast_cost - least(s.ac, s.forecast_cost) end as money,
            case when s.forecast_cost is null then null when s.ac is null then 'whole-life cost' else 'not yet spent' end as money_is,
            t.cost_over as cost_ratio,
            t.days_over as days
        from since as s
        inner join tolerance_status(known_at) as t on s.project_id = t.project_id and s.status_date = t.status_date
        left join near as a on s.project_id = a.project_id and s.status_date = a.status_date
        where s.is_red

        union all

        select
            5 as kind_no,
            'tolerance' as kind,
            null as portfolio_id,
            t.project_id,
            t.status_date,
            1 as items,
            null as reports_red,
            t.stage as subject,
            t.exception_since as open_since,
            a.next_on as decide_by,
            a.next_kind as by_kind,
            a.next_name as by_name,
            null as owner,
            false as is_board_own,
            case when t.is_cost_exception then p.forecast_cost - p.bac end as money,
            case when t.is_cost_exception then 'over budget' end as money_is,
            case when t.is_cost_exception then t.cost_over end as cost_ratio,
            case when t.is_days_exception then t.days_over end as days
        from tolerance_status(known_at) as t
        inner join since as s on t.project_id = s.project_id and t.status_date = s.status_date
        inner join status_report(known_at) as p on t.project_id = p.project_id and t.status_date = p.status_date
        left join near as a on t.project_id = a.project_id and t.status_date = a.status_date
        where t.is_exception and not s.is_red

        union all

        select
            3 as kind_no,
            'gate' as kind,
            null as portfolio_id,
            g.project_id,
            g.status_date,
            g.items,
            null as reports_red,
            g.subject,
            g.open_since,
            case when g.decide_by is null and g.money > 0 then null else coalesce(g.decide_by, a.next_on) end as decide_by,
            case when g.decide_by is not null then 'gate' when g.money > 0 then null else a.next_kind end as by_kind,
            case when g.decide_by is not null then g.overdue_gate when g.money > 0 then null else a.next_name end as by_name,
            null as owner,
            false as is_board_own,
            g.money,
            case when g.money is not null then 'spent past the gate' end as money_is,
            null as cost_ratio,
            null as days
        from gate as g
        left join ahead as a on g.project_id = a.project_id and g.status_date = a.status_date

        union all

        select
            1 as kind_no,
            'owed' as kind,
            portfolio_id,
            project_id,
            status_date,
            items,
            null as reports_red,
            subject,
            open_since,
            decide_by,
            'decision' as by_kind,
            subject as by_name,
            owner,
            is_board_own,
            null as money,
            null as money_is,
            null as cost_ratio,
            null as days
        from owed

        union all

        select
            2 as kind_no,
            'deadline' as kind,
            null as portfolio_id,
            s.project_id,
            s.status_date,
            1 as items,
            null as reports_red,
            null as subject,
            s.missed_since as open_since,
            s.deadline as decide_by,
            'deadline' as by_kind,
            null as by_name,
            null as owner,
            false as is_board_own,
            null as money,
            null as money_is,
            null as cost_ratio,
            date_diff('day', s.deadline, greatest(s.forecast_finish, case when s.deadline < s.status_date then s.status_date end)) as days
        from since as s
        where s.is_missed

        union all

        select
            7 as kind_no,
            'condition' as kind,
            portfolio_id,
            project_id,
            status_date,
            items,
            null as reports_red,
            subject,
            open_since,
            decide_by,
            case when decide_by is not null then 'action' end as by_kind,
            null as by_name,
            null as owner,
            false as is_board_own,
            null as money,
            null as money_is,
            null as cost_ratio,
            null as days
        from conditions

        union all

        select
            6 as kind_no,
            'benefits' as kind,
            null as portfolio_id,
            t.project_id,
            t.status_date,
            1 as items,
            null as reports_red,
            t.stage as subject,
            t.status_date as open_since,
            a.next_on as decide_by,
            a.next_kind as by_kind,
            a.next_name as by_name,
            null as owner,
            false as is_board_own,
            b.money,
            'benefits under plan' as money_is,
            t.benefits_shortfall as cost_ratio,
            null as days
        from tolerance_status(known_at) as t
        inner join running as r on t.project_id = r.project_id and t.status_date = r.status_date
        inner join shortfall as b on t.project_id = b.project_id
        left join near as a on t.project_id = a.project_id and t.status_date = a.status_date
        where t.is_benefits_exception

        union all

        select
            8 as kind_no,
            'baseline' as kind,
            null as portfolio_id,
            c.project_id,
            c.status_date,
            1 as items,
            null as reports_red,
            case
                when c.is_scope_change and c.is_date_redefined then 'another scope and date'
                when c.is_scope_change then 'another scope'
                when c.is_date_redefined then 'another date'
            end as subject,
            c.status_date as open_since,
            a.next_on as decide_by,
            a.next_kind as by_kind,
            a.next_name as by_name,
            null as owner,
            false as is_board_own,
            case when c.cost_growth_ratio > 0.15 or c.is_scope_change then c.cost_growth end as money,
            case
                when c.is_scope_change then 'by another scope'
                when c.cost_growth_ratio > 0.15 then 'grown in this report'
            end as money_is,
            case when c.cost_growth_ratio > 0.15 and not c.is_scope_change then c.cost_growth_ratio end as cost_ratio,
            case when c.drift_days > 180 or c.is_date_redefined then c.drift_days end as days
        from report_change(known_at) as c
        inner join running as r on c.project_id = r.project_id and c.status_date = r.status_date
        inner join tolerance_status(known_at) as t on c.project_id = t.project_id and c.status_date = t.status_date
        left join near as a on c.project_id = a.project_id and c.status_date = a.status_date
        where
            c.movement <> 'left'
            and coalesce(c.rag, 'green') in ('green', 'amber_green', 'amber')
            and not coalesce(t.is_exception, false)
            and (
                c.drift_days > 180
                or c.is_date_redefined
                or c.cost_growth_ratio > 0.15
                or c.is_scope_change
            )
    ),

    stated as (
        select
            project_id,
            status_date,
            last_value(forecast_cost ignore nulls) over (
                partition by project_id
                order by status_date
                rows between unbounded preceding and current row
            ) as last_cost
        from status_report(known_at)
    )

    select
        coalesce(p.portfolio_id, c.portfolio_id) as portfolio_id,
        c.project_id,
        c.status_date,
        c.kind_no,
        c.kind,
        cast(c.items as integer) as items,
        c.reports_red,
        c.subject,
        c.open_since,
        c.decide_by,
        c.by_kind,
        c.by_name,
        case when c.decide_by is not null then greatest(date_diff('day', c.decide_by, c.status_date), 0) end as overdue_days,
        coalesce(c.owner, p.sponsor, p.manager) as owner,
        p.business_unit,
        c.is_board_own,
        c.money,
        c.money_is,
        p.currency,
        l.last_cost,
        c.cost_ratio,
        c.days,
        coalesce(p.lifecycle in ('closed', 'cancelled') or r.percent_complete >= 100, false) as is_done,
        case when c.kind = 'deadline' then coalesce(r.baseline_finish > p.deadline, false) end as is_planned_late,
        case
            when c.decide_by is null and c.kind = 'gate' and c.money > 0 then 'a gate failed and money is spent on: at this meeting'
            when c.decide_by is null and c.kind in ('red', 'tolerance', 'benefits', 'baseline')
                then 'no gate or decision of the project falls within 45 days: at this meeting'
            when c.decide_by is null then 'no gate, decision or action of the project has a date ahead'
        end as reason
    from called as c
    left join project_then(known_at) as p on c.project_id = p.project_id and c.status_date = p.status_date
    left join status_report(known_at) as r on c.project_id = r.project_id and c.status_date = r.status_date
    left join stated as l on c.project_id = l.project_id and c.status_date = l.status_date;

create or replace view decisions_called_for as select * from decisions_called_for(2147483646);

comment on view decisions_called_for is
'What a board is asked to decide, project by project and kind by kind, with who is asked, since when, by when, and what is at stake. Source: PRINCE2, management by exception; OGC Gateway.';
comment on column decisions_called_for.portfolio_id is 'Portfolio whose board is asked.';
comment on column decisions_called_for.project_id is 'Project it is about; null for what the logs hold about no project: decisions owed, and conditions.';
comment on column decisions_called_for.status_date is 'Date of the report.';
comment on column decisions_called_for.kind_no is 'Place of the kind in the order in which a board takes them, from 1.';
comment on column decisions_called_for.kind is
'red: recover, re-scope or stop; tolerance: accept the new forecast or cut scope; gate: hold it or stop spending; owed: decide what is overdue; deadline: recover the date or tell who set it; condition: close conditions; benefits: accept or restore them; baseline: accept a new one or hold the old.';
comment on column decisions_called_for.items is
'Gates, logged decisions or open conditions of the project together, for gate, owed and condition; else 1; a count.';
comment on column decisions_called_for.reports_red is 'Reports running that it is rated red, this one included; a count; null for other kinds.';
comment on column decisions_called_for.subject is 'Gate or logged decision that waits longest, or the stage whose tolerance is passed; for baseline, what the report is of now: another scope, another date, or both, else null; null for other kinds.';
comment on column decisions_called_for.open_since is
'First report of the unbroken run that is red, past tolerance or past the deadline; planned date of an overdue gate, or date it failed; date asked, for owed; date of the approval, for condition; this report for benefits and baseline; null where not stated.';
comment on column decisions_called_for.decide_by is
'Date by which to decide: planned date of an overdue gate, date needed, deadline, or due date of an action; else the next gate or logged decision of the project, for red, tolerance, benefits and baseline one within 45 days; null where there is none, so that it is for this meeting, and where a gate failed and money is spent on.';
comment on column decisions_called_for.by_kind is 'What falls on that date: gate, decision, deadline or action; null without a date.';
comment on column decisions_called_for.by_name is 'Gate or decision that falls on it; null for a deadline, an action, or no date.';
comment on column decisions_called_for.overdue_days is 'Calendar days from decide_by to the status date, 0 if not past; lower is better; null without such a date.';
comment on column decisions_called_for.owner is 'Who is asked: the authorities of the log for owed, else the sponsor, or else the manager; null where none is named.';
comment on column decisions_called_for.business_unit is 'Unit whose project it is; null where none is stated, and for what is about no project.';
comment on column decisions_called_for.is_board_own is
'True where the log names the board itself: a board, committee or panel of the portfolio, or just the board; false for all other kinds.';
comment on column decisions_called_for.money is
'Money at stake, in the currency of the project; what it is money_is says; null where none is known. For several gates, the most that was spent past one of them.';
comment on column decisions_called_for.money_is is
'not yet spent, whole-life cost (where no spend is reported), over budget, spent past the gate, benefits under plan, grown in this report, or by another scope, which is no growth and may be negative; null without money.';
comment on column decisions_called_for.currency is 'Currency of money.';
comment on column decisions_called_for.last_cost is
'Whole-life cost of the project when last stated, now or before, in currency; null where it never was, and for what is about no project.';
comment on column decisions_called_for.cost_ratio is
'Forecast over budget less 1, for red and tolerance; share of benefits in money that is lost, for benefits; growth in one report, for baseline; a fraction, lower is better; null where not known, of another scope, or, but for red, the limit of cost is not passed.';
comment on column decisions_called_for.days is
'Calendar days of finish past baseline, for red and tolerance; past the deadline, for deadline; moved in one report, for baseline; lower is better; null where not known or, but for red, the limit of time is not passed.';
comment on column decisions_called_for.is_done is 'True where the project is closed, cancelled or reports its work as complete, so that what is asked may have lapsed; false if not, and where nothing says so.';
comment on column decisions_called_for.is_planned_late is
'True where the baseline in force, too, finishes after the date set from outside, so that keeping to plan would not keep it; for deadline; null for other kinds.';
comment on column decisions_called_for.reason is 'Why decide_by is null; null where it is not.';
