-- One row per project.
-- Project register of the PMO; the only table that must be supplied.

create table if not exists project_history (
    project_id varchar not null,
    name varchar,
    programme_id varchar,
    portfolio_id varchar,
    business_unit varchar,
    category varchar,
    methodology varchar,
    sponsor varchar,
    manager varchar,
    lifecycle varchar check (lifecycle in ('pipeline', 'active', 'paused', 'closed', 'cancelled')),
    stage varchar,
    is_mandatory boolean,
    deadline date,
    currency varchar,
    value decimal(18, 2),
    risk_score decimal(12, 4)
);

comment on table project_history is 'A project, with who runs it and where it stands in its life.';
comment on column project_history.project_id is 'Identifier of the project, the same in every table and every report.';
comment on column project_history.name is 'What the project is called.';
comment on column project_history.programme_id is 'Programme the project belongs to; empty if it stands alone.';
comment on column project_history.portfolio_id is 'Portfolio the project belongs to; empty means the portfolio "default".';
comment on column project_history.business_unit is 'Business unit or department that owns the project.';
comment on column project_history.category is 'Type of project, such as IT or infrastructure.';
comment on column project_history.methodology is 'Delivery method, such as PRINCE2, agile or hybrid.';
comment on column project_history.sponsor is
'Person who answers for the business case: the executive or senior responsible owner.';
comment on column project_history.manager is 'Project manager who runs it from day to day.';
comment on column project_history.lifecycle is
'Where the project stands: pipeline (not yet begun), active, paused, closed or cancelled.';
comment on column project_history.stage is 'Management stage the project is in, in the words of its method.';
comment on column project_history.is_mandatory is
'True if the project must be done, for example by law; it is not a matter of choice.';
comment on column project_history.deadline is
'Date by which the project must finish for outside reasons; empty if there is none.';
comment on column project_history.currency is
'Currency of all the money of the project, as its three-letter ISO 4217 code such as GBP.';
comment on column project_history.value is
'Worth of the project when projects are chosen, in the project currency; more is better.';
comment on column project_history.risk_score is 'Overall risk of the project on the scale of the PMO; higher is riskier.';
