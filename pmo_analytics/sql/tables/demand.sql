-- One row per project, role and month.
-- Resource requests of the project managers.

create table if not exists demand_history (
    project_id varchar not null,
    role_id varchar not null,
    month date not null,
    fte decimal(12, 4) check (fte >= 0),
    confidence varchar check (confidence in ('forecast', 'confirmed'))
);

comment on table demand_history is 'The people of a role that a project needs in a month.';
comment on column demand_history.project_id is 'Project that needs the people.';
comment on column demand_history.role_id is 'Role that is needed, as in the role table.';
comment on column demand_history.month is 'Month of the need, given as its first day.';
comment on column demand_history.fte is 'People needed in that month, in full-time equivalents, not negative.';
comment on column demand_history.confidence is 'How firm the request is: forecast or confirmed.';
