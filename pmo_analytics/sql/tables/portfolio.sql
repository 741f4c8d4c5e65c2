-- One row per portfolio.
-- Portfolios as the organisation governs them, from the PMO.

create table if not exists portfolio_history (
    portfolio_id varchar not null,
    name varchar
);

comment on table portfolio_history is 'A portfolio of programmes and projects under one board.';
comment on column portfolio_history.portfolio_id is
'Identifier of the portfolio; projects that name none belong to the portfolio "default".';
comment on column portfolio_history.name is 'What the portfolio is called.';
