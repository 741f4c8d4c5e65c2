-- One row per portfolio.
-- Portfolios as the organisation governs them, from the PMO.

create table if not exists portfolio_history (
    portfolio_id varchar not null,
    name varchar,
    fiscal_year_starts integer check (fiscal_year_starts between 1 and 12),
    reporting_period varchar check (reporting_period in ('date', 'week', 'month', 'quarter'))
);

comment on table portfolio_history is 'A portfolio of programmes and projects under one board.';
comment on column portfolio_history.portfolio_id is
'Identifier of the portfolio; projects that name none belong to the portfolio "default".';
comment on column portfolio_history.name is 'What the portfolio is called.';
comment on column portfolio_history.fiscal_year_starts is
'Month in which its budget years begin, 1 to 12, such as 4 for April; empty is 1, the calendar year.';
comment on column portfolio_history.reporting_period is
'How often the portfolio reports: week, month or quarter, whose reports count together, or date, where each status date stands for itself; empty means a month.';
