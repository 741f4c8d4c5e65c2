-- One row per project and status date.
-- Status report of the project manager (highlight report); money is cumulative to the status date.

create table if not exists project_status_history (
    project_id varchar not null,
    status_date date not null,
    pv decimal(18, 2),
    ev decimal(18, 2),
    ac decimal(18, 2),
    bac decimal(18, 2),
    percent_complete decimal(9, 4) check (percent_complete between 0 and 100),
    forecast_cost decimal(18, 2),
    forecast_cost_low decimal(18, 2),
    forecast_cost_high decimal(18, 2),
    price_base varchar,
    forecast_finish date,
    forecast_finish_earliest date,
    forecast_finish_latest date,
    baseline_finish date,
    start date,
    rag varchar check (rag in ('green', 'amber_green', 'amber', 'amber_red', 'red')),
    rag_cost varchar check (rag_cost in ('green', 'amber_green', 'amber', 'amber_red', 'red')),
    rag_schedule varchar check (rag_schedule in ('green', 'amber_green', 'amber', 'amber_red', 'red')),
    rag_benefits varchar check (rag_benefits in ('green', 'amber_green', 'amber', 'amber_red', 'red')),
    rag_resource varchar check (rag_resource in ('green', 'amber_green', 'amber', 'amber_red', 'red')),
    rag_scope varchar check (rag_scope in ('green', 'amber_green', 'amber', 'amber_red', 'red')),
    rag_risk varchar check (rag_risk in ('green', 'amber_green', 'amber', 'amber_red', 'red')),
    commentary varchar
);

comment on table project_status_history is 'What a project reported at a status date.';
comment on column project_status_history.project_id is 'Project that reports.';
comment on column project_status_history.status_date is 'Date the report is about, usually the last day of the period.';
comment on column project_status_history.pv is
'Planned value (PV): budget of the work planned up to the status date, cumulative, in the project currency.';
comment on column project_status_history.ev is
'Earned value (EV): budget of the work done up to the status date, cumulative, in the project currency.';
comment on column project_status_history.ac is
'Actual cost (AC) up to the status date, cumulative, in the project currency; a reversal can make it negative.';
comment on column project_status_history.bac is
'Budget at completion (BAC): approved budget of the whole project, in the project currency.';
comment on column project_status_history.percent_complete is 'Share of the whole work that is done, 0 to 100.';
comment on column project_status_history.forecast_cost is
'Cost of the whole project as its manager now expects it (EAC), in the project currency.';
comment on column project_status_history.forecast_cost_low is
'Low end of the range given for forecast_cost, in the project currency; empty where one figure was given.';
comment on column project_status_history.forecast_cost_high is
'High end of the range given for forecast_cost, in the project currency; empty where one figure was given.';
comment on column project_status_history.price_base is
'Prices in which forecast_cost is stated: those of a year, such as 2024/25, or nominal; empty where not said. Growth is not computed across two.';
comment on column project_status_history.forecast_finish_earliest is
'Earliest date of the range given for forecast_finish; empty where one date was given.';
comment on column project_status_history.forecast_finish_latest is
'Latest date of the range given for forecast_finish; empty where one date was given.';
comment on column project_status_history.forecast_finish is 'Finish date the project manager now expects.';
comment on column project_status_history.baseline_finish is 'Finish date in the approved baseline.';
comment on column project_status_history.start is 'Start date of the project, actual or planned.';
comment on column project_status_history.rag is
'Declared overall status: green, amber_green, amber, amber_red or red; empty means none was declared.';
comment on column project_status_history.rag_cost is 'Declared status of cost: green, amber_green, amber, amber_red or red.';
comment on column project_status_history.rag_schedule is
'Declared status of the schedule: green, amber_green, amber, amber_red or red.';
comment on column project_status_history.rag_benefits is
'Declared status of the benefits: green, amber_green, amber, amber_red or red.';
comment on column project_status_history.rag_resource is
'Declared status of people and skills: green, amber_green, amber, amber_red or red.';
comment on column project_status_history.rag_scope is
'Declared status of scope and quality: green, amber_green, amber, amber_red or red.';
comment on column project_status_history.rag_risk is
'Declared status of risks and issues: green, amber_green, amber, amber_red or red.';
comment on column project_status_history.commentary is 'The project manager''s own words on progress, causes and next steps.';
