-- Dates on which a portfolio was reported on, in any of the tables that carry one: one row per portfolio and status date.
-- narrowed by: organisation
-- ordered by: portfolio_id, status_date
create or replace macro status_calendar(known_at) as table
    with dated as (
        select
            portfolio_id,
            status_date,
            min(first_load) as first_load,
            count(distinct case when is_counted and days_late > 0 then project_id end) as projects_late,
            count(distinct case when not is_counted then project_id end) as projects_twice
        from report_received(known_at)
        group by portfolio_id, status_date
    )

    select
        portfolio_id,
        status_date,
        lag(status_date) over (partition by portfolio_id order by status_date) as previous_status_date,
        row_number() over (partition by portfolio_id order by status_date) as report_no,
        projects_late,
        projects_twice,
        first_load
    from dated;

create or replace view status_calendar as select * from status_calendar(2147483646);

comment on view status_calendar is 'Dates on which a portfolio was reported on; measures of logs without a status date are taken at each of them. Source: house.';
comment on column status_calendar.portfolio_id is 'Portfolio that reports.';
comment on column status_calendar.status_date is 'Date the report is about: the one most projects of the portfolio state for the period.';
comment on column status_calendar.previous_status_date is 'Date of the report before; null for the first.';
comment on column status_calendar.report_no is 'Number of the report, from 1.';
comment on column status_calendar.projects_late is 'Projects whose report states a later date and counts here.';
comment on column status_calendar.projects_twice is 'Projects that report more than once in the period; only the last of these counts.';
comment on column status_calendar.first_load is 'Load that first brought a report for the date.';
