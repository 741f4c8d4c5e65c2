create table if not exists programme_history (
    programme_id varchar not null,
    portfolio_id varchar,
    name varchar
);
