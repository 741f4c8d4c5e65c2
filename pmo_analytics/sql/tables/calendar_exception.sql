-- One row per project, calendar and date.
-- Holidays and extra working days of a project schedule.

create table if not exists calendar_exception_history (
    project_id varchar not null,
    calendar_id varchar not null,
    date date not null,
    hours decimal(12, 2) check (hours between 0 and 24)
);

comment on table calendar_exception_history is 'A date on which a project calendar differs from its working week.';
comment on column calendar_exception_history.project_id is 'Project whose schedule uses the calendar.';
comment on column calendar_exception_history.calendar_id is 'Calendar that has the exception.';
comment on column calendar_exception_history.date is 'Date of the exception.';
comment on column calendar_exception_history.hours is 'Working hours on that date, 0 to 24; 0 for a holiday.';
