-- One row per assessment date, maturity model and perspective.
-- Maturity assessments of the organisation, such as P3M3.

create table if not exists maturity_history (
    assessed_on date not null,
    model varchar not null,
    perspective varchar not null,
    level decimal(12, 4),
    target_level decimal(12, 4)
);

comment on table maturity_history is 'A maturity level that was assessed, with the level aimed for.';
comment on column maturity_history.assessed_on is 'Date of the assessment.';
comment on column maturity_history.model is 'Maturity model used, such as P3M3 project, programme or portfolio.';
comment on column maturity_history.perspective is 'Perspective of the model, such as risk management or benefits management.';
comment on column maturity_history.level is
'Level reached on the scale of the model; P3M3 runs from 1 (awareness) to 5 (optimised).';
comment on column maturity_history.target_level is 'Level aimed for, on the same scale.';
