-- One row per portfolio and year.
-- Money the portfolio board may commit, from finance.

create table if not exists portfolio_budget_history (
    portfolio_id varchar not null,
    year integer not null check (year between 1900 and 2200),
    amount decimal(18, 2)
);

comment on table portfolio_budget_history is 'The budget of a portfolio for a year.';
comment on column portfolio_budget_history.portfolio_id is 'Portfolio the budget is for.';
comment on column portfolio_budget_history.year is
'Year of the budget by the calendar year in which it begins, as four digits; it begins in the month that fiscal_year_starts of the portfolio says, failing that in January.';
comment on column portfolio_budget_history.amount is 'Budget for that year alone, in the currency of the portfolio.';
