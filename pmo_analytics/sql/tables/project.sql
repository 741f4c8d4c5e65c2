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
