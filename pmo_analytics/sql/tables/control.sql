create table if not exists control_history (
    control_id varchar not null,
    standard varchar,
    name varchar,
    required_from_stage varchar,
    is_mandatory boolean
);
