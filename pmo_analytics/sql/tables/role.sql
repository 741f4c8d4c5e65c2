create table if not exists role_history (
    role_id varchar not null,
    name varchar,
    cost_per_fte_month decimal(18, 2)
);
