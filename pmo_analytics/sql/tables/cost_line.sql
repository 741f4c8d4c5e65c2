create table if not exists cost_line_history (
    project_id varchar not null,
    period_end date not null,
    category varchar not null,
    budget decimal(18, 2),
    actual decimal(18, 2),
    forecast decimal(18, 2)
);
