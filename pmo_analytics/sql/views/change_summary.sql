-- Changes asked for and decided: one row per status date, level, unit and currency, over the requests raised by the date and
-- decided as they were at the date. PRINCE2 change control; PMBOK integrated change control.
-- narrowed by: roll-up
-- ordered by: level_id, currency
create or replace macro change_summary(known_at) as table
    with dated as (
        select
            d.status_date,
            c.project_id,
            c.cost_effect,
            c.days_effect,
            c.raised_on,
            case when c.decided_on <= d.status_date then c.decided_on end as decided_on,
            case
                when c.decided_on > d.status_date then 'pending'
                when c.decision is null and c.decided_on is null then 'pending'
                when lower(trim(c.decision)) in ('pending', 'open', 'raised', 'under review') then 'pending'
                when regexp_matches(lower(c.decision), '^(approv|accept|agree|grant)') then 'approved'
                when regexp_matches(lower(c.decision), '^(reject|declin|refus|not approv|not accept|withdr|cancel)') then 'rejected'
                else 'other'
            end as outcome
        from change_request(known_at) as c
        inner join project_then(known_at) as d
            on c.project_id = d.project_id and coalesce(c.raised_on, c.decided_on, d.status_date) <= d.status_date
    ),

    summed as (
        select
            u.portfolio_id,
            u.level,
            u.level_id,
            u.level_name,
            u.currency,
            d.status_date,
            count(*) as changes,
            count(case when d.outcome = 'approved' then 1 end) as approved,
            count(case when d.outcome = 'pending' then 1 end) as pending,
            count(case when d.outcome = 'rejected' then 1 end) as rejected,
            count(case when d.outcome = 'other' then 1 end) as decided_otherwise,
            coalesce(sum(case when d.outcome = 'approved' then d.cost_effect end), 0) as approved_cost_effect,
            coalesce(sum(case when d.outcome = 'pending' then d.cost_effect end), 0) as pending_cost_effect,
            coalesce(sum(case when d.outcome = 'rejected' then d.cost_effect end), 0) as rejected_cost_effect,
            coalesce(sum(case when d.outcome = 'approved' then d.days_effect end), 0) as approved_days_effect,
            coalesce(sum(case when d.outcome = 'pending' then d.days_effect end), 0) as pending_days_effect,
            count(case when d.cost_effect is null and d.outcome in ('approved', 'pending') then 1 end) as cost_not_stated,
            median(case when d.outcome <> 'pending' then date_diff('day', d.raised_on, d.decided_on) end)
                as median_days_to_decide,
            max(case when d.outcome = 'pending' then date_diff('day', d.raised_on, d.status_date) end) as oldest_pending_days
        from dated as d
        inner join reporting_unit(known_at) as u on d.project_id = u.project_id and d.status_date = u.status_date
        group by u.portfolio_id, u.level, u.level_id, u.level_name, u.currency, d.status_date
    ),

    budget as (
        select
            u.level,
            u.level_id,
            u.portfolio_id,
            u.currency,
            s.status_date,
            sum(s.bac) as bac
        from status_report(known_at) as s
        inner join reporting_unit(known_at) as u on s.project_id = u.project_id and s.status_date = u.status_date
        group by u.level, u.level_id, u.portfolio_id, u.currency, s.status_date
    )

    select
        s.portfolio_id,
        s.level,
        s.level_id,
        s.level_name,
        s.currency,
        s.status_date,
        s.changes,
        s.approved,
        s.pending,
        s.rejected,
        s.decided_otherwise,
        s.approved_cost_effect,
        s.pending_cost_effect,
        s.rejected_cost_effect,
        s.approved_days_effect,
        s.pending_days_effect,
        s.cost_not_stated,
        s.median_days_to_decide,
        s.oldest_pending_days,
        cast(s.pending_cost_effect as double) / nullif(b.bac, 0) as pending_cost_ratio,
        case
            when b.bac is null then 'no ratio: no budget is reported at this date'
            when b.bac = 0 then 'no ratio: the budget is zero'
            when s.median_days_to_decide is null then 'no time to decide: no change has both its dates'
        end as reason
    from summed as s
    left join budget as b
        on
            s.level = b.level and s.level_id = b.level_id and s.portfolio_id = b.portfolio_id and s.currency = b.currency
            and s.status_date = b.status_date;

create or replace view change_summary as select * from change_summary(2147483646);

comment on view change_summary is
'Change requests approved, waiting and rejected, and what they cost in money and days. Source: PRINCE2 change control; PMBOK, integrated change control.';
comment on column change_summary.portfolio_id is 'Portfolio the unit belongs to.';
comment on column change_summary.level is 'Level: project, programme, business_unit or portfolio.';
comment on column change_summary.level_id is 'Identifier of the unit.';
comment on column change_summary.level_name is 'Name of the unit.';
comment on column change_summary.currency is 'Currency of the money columns; currencies are never added together.';
comment on column change_summary.status_date is 'Date at which the log is read: what was raised and decided by then.';
comment on column change_summary.changes is 'Requests raised by the date; one without any date counts always; a count, the sum of the next four.';
comment on column change_summary.approved is 'Requests approved by the date (the decision begins with approve, accept, agree or grant); a count.';
comment on column change_summary.pending is 'Requests not decided by the date; a count, lower is better.';
comment on column change_summary.rejected is 'Requests rejected or withdrawn by the date; a count.';
comment on column change_summary.decided_otherwise is 'Requests decided in words that are none of these, such as deferred; a count.';
comment on column change_summary.approved_cost_effect is 'Sum of the cost effect of those approved; currency of the row, positive costs more; 0 where none is stated.';
comment on column change_summary.pending_cost_effect is 'Sum of the cost effect of those waiting; currency of the row, positive costs more.';
comment on column change_summary.rejected_cost_effect is 'Sum of the cost effect of those rejected; currency of the row, positive would have cost more.';
comment on column change_summary.approved_days_effect is
'Sum of the effect on the finish of those approved; calendar days, positive is later; an upper bound, as changes may run in parallel.';
comment on column change_summary.pending_days_effect is 'The same sum of those waiting; calendar days, positive is later.';
comment on column change_summary.cost_not_stated is 'Requests approved or waiting without a cost effect, which the sums leave out; a count, lower is better.';
comment on column change_summary.median_days_to_decide is 'Median of the calendar days from raised to decided; lower is better; null where no request has both dates.';
comment on column change_summary.oldest_pending_days is 'Calendar days the oldest waiting request has waited; lower is better; null where none waits.';
comment on column change_summary.pending_cost_ratio is
'Cost effect of those waiting over the budget at completion of the unit; a fraction; null where the budget is unknown or zero.';
comment on column change_summary.reason is 'Why a figure of the row is null; null where none is.';
