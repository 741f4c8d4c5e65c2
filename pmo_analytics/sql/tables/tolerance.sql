-- One row per project and stage.
-- Limits within which the project manager may act without the board (PRINCE2), set by the board.

create table if not exists tolerance_history (
    project_id varchar not null,
    stage varchar not null,
    cost_pct decimal(9, 6) check (cost_pct between 0 and 1),
    days decimal(12, 2) check (days >= 0),
    scope varchar,
    quality varchar,
    benefits_pct decimal(9, 6) check (benefits_pct between 0 and 1),
    risk varchar,
    sustainability varchar
);

comment on table tolerance_history is 'The tolerances of a project for a stage; a forecast beyond one of them is an exception.';
comment on column tolerance_history.project_id is 'Project the tolerances are for.';
comment on column tolerance_history.stage is 'Management stage the tolerances are for, as in the project table.';
comment on column tolerance_history.cost_pct is
'Overrun of the cost that is allowed, as a fraction of the budget from 0 to 1 (0.1 is 10%).';
comment on column tolerance_history.days is 'Delay of the finish that is allowed, in calendar days, not negative.';
comment on column tolerance_history.scope is 'Scope tolerance in words, such as which requirements may be dropped.';
comment on column tolerance_history.quality is 'Quality tolerance in words, such as the range a measure may take.';
comment on column tolerance_history.benefits_pct is
'Shortfall of the benefits that is allowed, as a fraction of the plan from 0 to 1 (0.1 is 10%).';
comment on column tolerance_history.risk is 'Risk tolerance in words, such as the exposure that is allowed.';
comment on column tolerance_history.sustainability is
'Sustainability tolerance in words, such as the emissions that are allowed.';
