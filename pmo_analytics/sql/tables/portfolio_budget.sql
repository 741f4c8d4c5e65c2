create table if not exists portfolio_budget_history (
    portfolio_id varchar not null,
    year integer not null,
    amount decimal(18, 2)
);
