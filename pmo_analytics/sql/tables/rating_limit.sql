-- One row per portfolio and rule.
-- Limits by which a portfolio rates its projects, where they are not those of view rag_status; from its board.

create table if not exists rating_limit_history (
    portfolio_id varchar not null,
    rule varchar not null check (
        rule in (
            'forecast_cost', 'forecast_finish', 'forecast_finish_days', 'cost_to_date', 'work_done', 'deadline', 'money_left', 'benefits'
        )
    ),
    amber_beyond decimal(18, 4) check (amber_beyond >= 0),
    red_beyond decimal(18, 4) check (red_beyond >= 0)
);

comment on table rating_limit_history is 'A portfolio''s own limit for a rule of its ratings by the figures; what is not stated is as in view rag_status.';
comment on column rating_limit_history.portfolio_id is 'Portfolio that rates by it.';
comment on column rating_limit_history.rule is
'Rule it is for: forecast_cost, forecast_finish (share of the duration), forecast_finish_days (where no duration is known), cost_to_date, work_done, deadline, money_left or benefits.';
comment on column rating_limit_history.amber_beyond is
'Beyond this it is amber: a fraction (0.1 is 10%), calendar days for forecast_finish_days and deadline, a difference of CPI for money_left; empty is the default.';
comment on column rating_limit_history.red_beyond is 'Beyond this it is red, in the same unit; empty is the default.';
