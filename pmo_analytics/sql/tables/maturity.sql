create table if not exists maturity_history (
    assessed_on date not null,
    model varchar not null,
    perspective varchar not null,
    level decimal(12, 4),
    target_level decimal(12, 4)
);
