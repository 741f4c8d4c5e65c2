create table if not exists objective_history (
    objective_id varchar not null,
    name varchar,
    target_weight decimal(9, 6)
);
