-- One row per person, project, role and month.
-- Time booked by people, from the timesheet system.

create table if not exists timesheet_history (
    person_id varchar not null,
    project_id varchar not null,
    role_id varchar not null,
    month date not null,
    fte decimal(12, 4) check (fte >= 0)
);

comment on table timesheet_history is 'The time a person booked on a project in a month.';
comment on column timesheet_history.person_id is 'Identifier of the person; a pseudonym is enough.';
comment on column timesheet_history.project_id is 'Project the time was booked on.';
comment on column timesheet_history.role_id is 'Role in which the person worked.';
comment on column timesheet_history.month is 'Month of the booking, given as its first day.';
comment on column timesheet_history.fte is
'Time booked in that month, in full-time equivalents; 1 is a full month, 0.5 half of one.';
