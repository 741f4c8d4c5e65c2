create table if not exists risk_history (
    project_id varchar not null,
    risk_id varchar not null,
    status_date date not null,
    title varchar,
    category varchar,
    kind varchar check (kind in ('threat', 'opportunity')),
    probability decimal(9, 6),
    impact_cost decimal(18, 2),
    impact_days decimal(12, 2),
    response varchar,
    owner varchar,
    raised_on date,
    proximity_date date,
    state varchar,
    residual_probability decimal(9, 6),
    residual_impact_cost decimal(18, 2)
);
