-- Who has gone silent: one row per project and status date of its portfolio on which it does not report, though it did before
-- and is neither closed nor cancelled. Source: house measure; P3O asks the office to see that reports arrive.
-- narrowed by: project
-- ordered by: reports_missed, last_reported_on desc, project_id
create or replace macro silent_reporter(known_at) as table
    with reported as (
        select
            p.project_id,
            p.portfolio_id,
            c.report_no,
            p.status_date
        from project_then(known_at) as p
        inner join status_calendar(known_at) as c on p.portfolio_id = c.portfolio_id and p.status_date = c.status_date
        where p.is_reporting
    ),

    silent as (
        select
            p.project_id,
            p.status_date,
            max(r.status_date) as last_reported_on,
            c.report_no - max(r.report_no) as reports_missed
        from project_then(known_at) as p
        inner join status_calendar(known_at) as c on p.portfolio_id = c.portfolio_id and p.status_date = c.status_date
        inner join reported as r on p.project_id = r.project_id and p.portfolio_id = r.portfolio_id and c.report_no > r.report_no
        where not p.is_reporting and coalesce(p.lifecycle, '') not in ('closed', 'cancelled')
        group by p.project_id, p.status_date, c.report_no
    )

    select
        project_id,
        status_date,
        last_reported_on,
        reports_missed,
        date_diff('day', last_reported_on, status_date) as days_silent
    from silent;

create or replace view silent_reporter as select * from silent_reporter(2147483646);

comment on view silent_reporter is 'Projects that reported before and do not at this date, though neither closed nor cancelled. Source: house measure.';
comment on column silent_reporter.project_id is 'Project that is silent.';
comment on column silent_reporter.status_date is 'Date on which it does not report.';
comment on column silent_reporter.last_reported_on is 'Date of its last report before.';
comment on column silent_reporter.reports_missed is 'Reports of its portfolio since then, this one included; a count, lower is better.';
comment on column silent_reporter.days_silent is 'Calendar days since its last report; lower is better.';
