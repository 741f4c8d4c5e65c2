create table if not exists activity_link_history (
    project_id varchar not null,
    predecessor_id varchar not null,
    successor_id varchar not null,
    kind varchar not null check (kind in ('FS', 'SS', 'FF', 'SF')),
    status_date date not null,
    lag_days decimal(12, 2)
);
