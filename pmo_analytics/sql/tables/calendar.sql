-- One row per project, calendar and day of the week.
-- Working week of a project schedule, as set in its scheduling tool.

create table if not exists calendar_history (
    project_id varchar not null,
    calendar_id varchar not null,
    weekday integer not null check (weekday between 1 and 7),
    hours decimal(12, 2) check (hours between 0 and 24)
);

comment on table calendar_history is 'The working hours of a weekday in a project calendar.';
comment on column calendar_history.project_id is 'Project whose schedule uses the calendar.';
comment on column calendar_history.calendar_id is 'Identifier of the calendar, unique within the project.';
comment on column calendar_history.weekday is
'Day of the week by its ISO number: 1 is Monday, 7 is Sunday (some scheduling tools count from Sunday).';
comment on column calendar_history.hours is 'Working hours on that day, 0 to 24; 0 for a day off.';
