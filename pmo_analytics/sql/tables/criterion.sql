create table if not exists criterion_history (
    criterion_id varchar not null,
    name varchar,
    weight decimal(9, 6),
    direction varchar check (direction in ('benefit', 'cost'))
);
