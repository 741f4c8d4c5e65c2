-- Dates on which a portfolio was reported on, in any of the tables that carry one: one row per portfolio and status date.
create or replace macro status_calendar(known_at) as table
    with reported as (
        select
            project_id,
            status_date
        from project_status(known_at)
        union
        select
            project_id,
            status_date
        from risk(known_at)
        union
        select
            project_id,
            status_date
        from issue(known_at)
        union
        select
            project_id,
            status_date
        from milestone(known_at)
        union
        select
            project_id,
            status_date
        from control_result(known_at)
        union
        select
            project_id,
            status_date
        from activity(known_at)
        union
        select
            project_id,
            status_date
        from work_package_status(known_at)
    ),

    dated as (
        select distinct
            p.portfolio_id,
            r.status_date
        from reported as r
        inner join project(known_at) as p on r.project_id = p.project_id
    )

    select
        portfolio_id,
        status_date,
        lag(status_date) over (partition by portfolio_id order by status_date) as previous_status_date,
        row_number() over (partition by portfolio_id order by status_date) as report_no
    from dated;

create or replace view status_calendar as select * from status_calendar(2147483646);

comment on view status_calendar is 'Dates on which a portfolio was reported on; measures of logs without a status date are taken at each of them. Source: house.';
comment on column status_calendar.portfolio_id is 'Portfolio that reports.';
comment on column status_calendar.status_date is 'Date the report is about.';
comment on column status_calendar.previous_status_date is 'Date of the report before; null for the first.';
comment on column status_calendar.report_no is 'Number of the report, from 1.';
