-- Every approved baseline beside today's forecast, so that no re-baseline hides history: one row per project, status date and
-- baseline approved by then (an undated approval counts as given).
-- Source: GAO-08-925, Information Technology: Agencies Need to Establish Comprehensive Policies to Address Changes to Projects' Cost, Schedule, and Performance Goals (2008).
-- narrowed by: project
-- ordered by: project_id, baseline_no
create or replace macro baseline_ledger(known_at) as table
    with entry as (
        select
            p.portfolio_id,
            p.business_unit,
            s.project_id,
            p.name,
            s.status_date,
            p.currency,
            b.baseline_no,
            b.approved_on,
            b.approved_by,
            b.reason,
            b.start,
            b.finish,
            b.bac,
            s.forecast_cost,
            s.forecast_finish,
            first_value(b.finish) over baselines as first_finish,
            first_value(b.bac) over baselines as first_bac,
            lag(b.finish) over baselines as previous_finish,
            lag(b.bac) over baselines as previous_bac,
            lead(b.approved_on) over baselines as replaced_on,
            lead(b.baseline_no) over baselines as next_no,
            row_number() over baselines as position
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        inner join baseline(known_at) as b
            on s.project_id = b.project_id and (b.approved_on is null or s.reported_on >= b.approved_on)
        window baselines as (
            partition by s.project_id, s.status_date
            order by b.baseline_no
        )
    )

    select
        portfolio_id,
        business_unit,
        project_id,
        name,
        status_date,
        currency,
        baseline_no,
        position = 1 as is_first,
        next_no is null as is_current,
        count(*) over (partition by project_id, status_date) - 1 as rebaselines,
        approved_on,
        approved_by,
        reason,
        start,
        finish,
        bac,
        date_diff('day', previous_finish, finish) as finish_moved_days,
        date_diff('day', first_finish, finish) as finish_moved_first_days,
        bac - previous_bac as budget_added,
        bac - first_bac as budget_added_first,
        date_diff('day', approved_on, coalesce(replaced_on, status_date)) as days_in_force,
        forecast_cost,
        forecast_finish,
        bac - forecast_cost as cost_variance,
        cast(bac - forecast_cost as double) / nullif(bac, 0) as cost_variance_ratio,
        date_diff('day', finish, forecast_finish) as slip_from_baseline_days
    from entry;

create or replace view baseline_ledger as select * from baseline_ledger(2147483646);

comment on view baseline_ledger is 'Every approved baseline of a project beside the forecast of the day: variance against the first, the current and each one between. Source: GAO-08-925 (2008) on re-baselining; PMI, The Standard for Earned Value Management (2019).';
comment on column baseline_ledger.portfolio_id is 'Portfolio the project belongs to.';
comment on column baseline_ledger.business_unit is 'Business unit that owns the project.';
comment on column baseline_ledger.project_id is 'Project that reports.';
comment on column baseline_ledger.name is 'Name of the project.';
comment on column baseline_ledger.status_date is 'Date of the report whose forecast is compared.';
comment on column baseline_ledger.currency is 'Currency of the money columns.';
comment on column baseline_ledger.baseline_no is 'Number of the baseline, in order of approval.';
comment on column baseline_ledger.is_first is 'True for the first baseline of the project.';
comment on column baseline_ledger.is_current is 'True for the baseline in force at the status date.';
comment on column baseline_ledger.rebaselines is 'How often the project was re-baselined by the status date; a count, the first baseline not included.';
comment on column baseline_ledger.approved_on is 'Date of approval; null where not stated.';
comment on column baseline_ledger.approved_by is 'Person or board that approved it; null where not stated.';
comment on column baseline_ledger.reason is 'Why the project was baselined again, as given; null for the first or where not stated.';
comment on column baseline_ledger.start is 'Start in this baseline.';
comment on column baseline_ledger.finish is 'Finish in this baseline.';
comment on column baseline_ledger.bac is 'Budget at completion in this baseline; project currency.';
comment on column baseline_ledger.finish_moved_days is 'Calendar days by which this baseline moved the finish of the one before; positive is later; null for the first.';
comment on column baseline_ledger.finish_moved_first_days is 'Calendar days by which this baseline lies after the first; positive is later; 0 for the first.';
comment on column baseline_ledger.budget_added is 'Budget this baseline added to the one before; project currency, positive is dearer; null for the first.';
comment on column baseline_ledger.budget_added_first is 'Budget of this baseline less that of the first; project currency, positive is dearer; 0 for the first.';
comment on column baseline_ledger.days_in_force is 'Calendar days from approval to the next approval or the status date; null without a date of approval.';
comment on column baseline_ledger.forecast_cost is 'Cost the manager forecast at the status date; project currency; null where none is given.';
comment on column baseline_ledger.forecast_finish is 'Finish the manager forecast at the status date; null where none is given.';
comment on column baseline_ledger.cost_variance is 'Budget of this baseline less the forecast cost; project currency, negative is an overrun; null unless both are known.';
comment on column baseline_ledger.cost_variance_ratio is 'Cost variance over the budget of this baseline; a fraction, negative is an overrun; null where the budget is 0.';
comment on column baseline_ledger.slip_from_baseline_days is 'Calendar days from the finish of this baseline to the forecast finish; positive is late; null unless both are known.';
