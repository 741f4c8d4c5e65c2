-- One row per project, work package and status date.
-- Earned value by work package, from the control account managers; money is cumulative.

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

comment on table work_package_status_history is 'What a work package reported at a status date.';
comment on column work_package_status_history.project_id is 'Project the work package belongs to.';
comment on column work_package_status_history.work_package_id is 'Identifier of the work package, unique within the project.';
comment on column work_package_status_history.status_date is 'Date the report is about.';
comment on column work_package_status_history.name is 'What the work package is called.';
comment on column work_package_status_history.pv is
'Planned value (PV): budget of the work planned up to the status date, cumulative, in the project currency.';
comment on column work_package_status_history.ev is
'Earned value (EV): budget of the work done up to the status date, cumulative, in the project currency.';
comment on column work_package_status_history.ac is
'Actual cost (AC) up to the status date, cumulative, in the project currency.';
comment on column work_package_status_history.bac is
'Budget at completion (BAC): approved budget of the work package, in the project currency.';
