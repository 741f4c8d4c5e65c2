-- One row per project, baseline and period.
-- Performance measurement baseline: the planned value curve that the board approved.

create table if not exists planned_value_history (
    project_id varchar not null,
    baseline_no integer not null check (baseline_no >= 0),
    period_end date not null,
    pv decimal(18, 2)
);

comment on table planned_value_history is 'Cumulative planned value of a project at the end of a period.';
comment on column planned_value_history.project_id is 'Project the curve belongs to.';
comment on column planned_value_history.baseline_no is 'Baseline the curve belongs to, as in the baseline table.';
comment on column planned_value_history.period_end is 'Last day of the period.';
comment on column planned_value_history.pv is 'Planned value from the start up to this day, cumulative, in the project currency.';
