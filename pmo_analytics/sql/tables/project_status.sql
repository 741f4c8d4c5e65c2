create table if not exists project_status_history (
    project_id varchar not null,
    status_date date not null,
    pv decimal(18, 2),
    ev decimal(18, 2),
    ac decimal(18, 2),
    bac decimal(18, 2),
    percent_complete decimal(9, 4),
    forecast_cost decimal(18, 2),
    forecast_finish date,
    baseline_finish date,
    start date,
    rag varchar,
    rag_cost varchar,
    rag_schedule varchar,
    rag_benefits varchar,
    rag_resource varchar,
    commentary varchar
);
