-- One row per project, period and cost category.
-- Cost plan and bookings of the project, from finance.

create table if not exists cost_line_history (
    project_id varchar not null,
    period_end date not null,
    category varchar not null,
    budget decimal(18, 2),
    actual decimal(18, 2),
    forecast decimal(18, 2)
);

comment on table cost_line_history is 'Budget, actual cost and forecast of a cost category in one period.';
comment on column cost_line_history.project_id is 'Project that bears the cost.';
comment on column cost_line_history.period_end is 'Last day of the period the amounts belong to.';
comment on column cost_line_history.category is 'Cost category, such as labour, supplier or capital.';
comment on column cost_line_history.budget is 'Budget for this period alone, not cumulative, in the project currency.';
comment on column cost_line_history.actual is
'Cost booked in this period alone, not cumulative, in the project currency; negative is a reversal.';
comment on column cost_line_history.forecast is
'Cost now expected for this period alone, not cumulative, in the project currency.';
