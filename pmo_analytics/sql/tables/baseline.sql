-- One row per project and approved baseline.
-- Performance measurement baselines that the board approved, the first and every later one.

create table if not exists baseline_history (
    project_id varchar not null,
    baseline_no integer not null check (baseline_no >= 0),
    approved_on date,
    start date,
    finish date,
    bac decimal(18, 2),
    reason varchar,
    approved_by varchar
);

comment on table baseline_history is 'An approved baseline of a project; re-baselining adds a row and keeps the earlier ones.';
comment on column baseline_history.project_id is 'Project that was baselined.';
comment on column baseline_history.baseline_no is
'Number of the baseline in order of approval; the lowest is the first, the highest the current one.';
comment on column baseline_history.approved_on is 'Date the baseline was approved.';
comment on column baseline_history.start is 'Start date of the project in this baseline.';
comment on column baseline_history.finish is 'Finish date of the project in this baseline.';
comment on column baseline_history.bac is 'Budget at completion in this baseline, in the project currency.';
comment on column baseline_history.reason is 'Why the project was baselined again; empty for the first baseline.';
comment on column baseline_history.approved_by is 'Person or board that approved the baseline.';
