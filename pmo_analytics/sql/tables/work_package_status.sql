create table if not exists work_package_status_history (
    project_id varchar not null,
    work_package_id varchar not null,
    status_date date not null,
    name varchar,
    pv decimal(18, 2),
    ev decimal(18, 2),
    ac decimal(18, 2),
    bac decimal(18, 2)
);
