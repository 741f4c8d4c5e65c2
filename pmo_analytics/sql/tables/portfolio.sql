create table if not exists portfolio_history (
    portfolio_id varchar not null,
    name varchar
);
