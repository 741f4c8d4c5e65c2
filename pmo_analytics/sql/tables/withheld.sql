-- One row per project, status date and column.
-- Values that their owner declines to publish, from the published report.

create table if not exists withheld_history (
    project_id varchar not null,
    status_date date not null,
    column_name varchar not null,
    reason varchar
);

comment on table withheld_history is 'A value its owner declines to publish: not missing and not zero.';
comment on column withheld_history.project_id is 'Project whose value is withheld.';
comment on column withheld_history.status_date is 'Date of the report that withholds it.';
comment on column withheld_history.column_name is 'Column of project_status that is withheld, such as forecast_cost.';
comment on column withheld_history.reason is 'Reason given by the owner, in their words.';
