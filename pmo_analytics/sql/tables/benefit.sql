-- One row per project, benefit and period.
-- Benefits plan and its follow-up, from the benefit owners.

create table if not exists benefit_history (
    project_id varchar not null,
    benefit_id varchar not null,
    period_end date not null,
    name varchar,
    kind varchar check (kind in ('cashable', 'non_cashable', 'non_monetised', 'disbenefit')),
    objective_id varchar,
    owner varchar,
    planned decimal(18, 2),
    forecast decimal(18, 2),
    realised decimal(18, 2)
);

comment on table benefit_history is 'A benefit of a project: what was planned, is forecast and was realised in one period.';
comment on column benefit_history.project_id is 'Project that delivers the benefit.';
comment on column benefit_history.benefit_id is 'Identifier of the benefit, unique within the project.';
comment on column benefit_history.period_end is 'Last day of the period the amounts belong to.';
comment on column benefit_history.name is 'What the benefit is called.';
comment on column benefit_history.kind is 'Kind of benefit: cashable, non_cashable, non_monetised or disbenefit.';
comment on column benefit_history.objective_id is 'Strategic objective the benefit serves, as in the objective table.';
comment on column benefit_history.owner is 'Person who answers for realising the benefit.';
comment on column benefit_history.planned is
'Benefit planned for this period alone, not cumulative; project currency, minus sign for a disbenefit.';
comment on column benefit_history.forecast is
'Benefit now expected for this period alone, not cumulative; project currency, minus sign for a disbenefit.';
comment on column benefit_history.realised is
'Benefit realised in this period alone, not cumulative, and it may pass the plan; empty while unknown.';
