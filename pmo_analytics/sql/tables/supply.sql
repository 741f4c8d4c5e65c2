create table if not exists supply_history (
    role_id varchar not null,
    team varchar not null,
    month date not null,
    fte decimal(12, 4)
);
