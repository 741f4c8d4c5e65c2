-- Which report counts at which date of its portfolio: one row per dated table, project and date stated. A portfolio reports once
-- a period (`portfolio.reporting_period`; a month where nothing is said), at the date most of its projects state. A project
-- that states another date counts at that one; one that reports up to ten days after it, in the next period, and said nothing
-- in this one, is late and counts there too; of two reports of a project the later counts. Where no period is
-- said and most projects report more than once in a month, each such date stands for itself.
-- narrowed by: project
-- ordered by: table_name, project_id, reported_on
create or replace macro report_received_at(known_at) as table
    with held as (
        select
            'project_status' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from project_status_history
        where load_from <= known_at

        union

        select
            'risk' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from risk_history
        where load_from <= known_at

        union

        select
            'issue' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from issue_history
        where load_from <= known_at

        union

        select
            'milestone' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from milestone_history
        where load_from <= known_at

        union

        select
            'control_result' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from control_result_history
        where load_from <= known_at

        union

        select
            'activity' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from activity_history
        where load_from <= known_at

        union

        select
            'work_package_status' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from work_package_status_history
        where load_from <= known_at

        union

        select
            'work_item' as table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            coalesce(received_in, load_from) as received_in
        from work_item_history
        where load_from <= known_at
    ),

    ordered as (
        select
            table_name,
            project_id,
            status_date,
            load_from,
            load_to,
            received_in,
            max(load_to) over (
                partition by table_name, project_id, status_date
                order by load_from, load_to
                rows between unbounded preceding and 1 preceding
            ) as held_to
        from held
    ),

    begun as (
        select
            table_name,
            project_id,
            status_date,
            load_to,
            received_in,
            count(case when held_to < load_from then 1 end)
                over (partition by table_name, project_id, status_date order by load_from, load_to) as run_no
        from ordered
    ),

    taken_back as (
        select withdrawn_load_id as load_id
        from withdrawal
        where load_id <= known_at
        group by withdrawn_load_id
        having not arg_max(counts_again, load_id)
    ),

    stated as (
        select
            b.table_name,
            b.project_id,
            b.status_date as reported_on,
            coalesce(min(case when w.load_id is null then b.received_in end), min(b.received_in)) as first_load,
            max(b.load_to) as held_to
        from begun as b
        left join taken_back as w on b.received_in = w.load_id
        group by b.table_name, b.project_id, b.status_date, b.run_no
    ),

    received as (
        select
            table_name,
            project_id,
            reported_on,
            coalesce(
                max(case when table_name = 'project_status' then first_load end) over (partition by project_id, reported_on),
                min(first_load) over (partition by project_id, reported_on)
            ) as first_load
        from stated
        where held_to > known_at
    ),

    placed as (
        select
            r.table_name,
            r.project_id,
            r.reported_on,
            r.first_load,
            v.portfolio_id,
            f.reporting_period,
            case f.reporting_period
                when 'date' then r.reported_on
                when 'week' then cast(date_trunc('week', r.reported_on) as date)
                when 'quarter' then cast(date_trunc('quarter', r.reported_on) as date)
                else cast(date_trunc('month', r.reported_on) as date)
            end as period,
            case f.reporting_period
                when 'date' then r.reported_on
                when 'week' then cast(date_trunc('week', r.reported_on) - interval 7 day as date)
                when 'quarter' then cast(date_trunc('quarter', r.reported_on) - interval 3 month as date)
                else cast(date_trunc('month', r.reported_on) - interval 1 month as date)
            end as period_before,
            case f.reporting_period when 'date' then 0 when 'week' then 2 else 10 end as days_of_grace
        from received as r
        inner join project_version(known_at) as v
            on r.project_id = v.project_id and r.first_load >= v.known_from and r.first_load < v.known_to
        left join portfolio(known_at) as f on v.portfolio_id = f.portfolio_id
    ),

    day_of_report as (
        select
            portfolio_id,
            period,
            reported_on,
            count(case when table_name = 'project_status' then 1 end) as reports,
            count(distinct project_id) as projects
        from placed
        group by portfolio_id, period, reported_on
    ),

    main as (
        select
            portfolio_id,
            period,
            reported_on as main_date,
            row_number() over (
                partition by portfolio_id, period
                order by reports desc, projects desc, reported_on desc
            ) as place
        from day_of_report
    ),

    repeated as (
        select
            a.portfolio_id,
            a.period,
            a.reported_on,
            a.table_name,
            count(*) as projects
        from placed as a
        inner join main as m on a.portfolio_id = m.portfolio_id and a.period = m.period and m.place = 1
        inner join placed as b
            on a.table_name = b.table_name and a.project_id = b.project_id and m.main_date = b.reported_on and a.portfolio_id = b.portfolio_id
        where a.reporting_period is null and a.reported_on <> m.main_date
        group by a.portfolio_id, a.period, a.reported_on, a.table_name
    ),

    on_main as (
        select
            p.portfolio_id,
            p.period,
            p.table_name,
            count(*) as projects
        from placed as p
        inner join main as m on p.portfolio_id = m.portfolio_id and p.reported_on = m.main_date and m.place = 1
        group by p.portfolio_id, p.period, p.table_name
    ),

    round as (
        select
            portfolio_id,
            period,
            main_date as status_date
        from main
        where place = 1

        union

        select
            r.portfolio_id,
            r.period,
            r.reported_on as status_date
        from repeated as r
        inner join on_main as m on r.portfolio_id = m.portfolio_id and r.period = m.period and r.table_name = m.table_name
        where r.projects * 2 > m.projects
    ),

    opened as (
        select
            p.table_name,
            p.project_id,
            p.reported_on,
            p.first_load,
            p.portfolio_id,
            p.period,
            p.period_before,
            count(b.project_id) > 0 as has_report_before,
            max(m.main_date) as date_before,
            max(p.days_of_grace) as days_of_grace
        from placed as p
        left join placed as b
            on p.table_name = b.table_name and p.project_id = b.project_id and p.period_before = b.period and p.period <> b.period
        left join main as m
            on p.portfolio_id = m.portfolio_id and p.period_before = m.period and p.period <> m.period and m.place = 1
        group by p.table_name, p.project_id, p.reported_on, p.first_load, p.portfolio_id, p.period, p.period_before
    ),

    assigned as (
        select
            table_name,
            project_id,
            reported_on,
            first_load,
            portfolio_id,
            case
                when
                    not has_report_before
                    and date_diff('day', date_before, reported_on) <= days_of_grace
                    and 2 * count(case when has_report_before then 1 end) over (partition by portfolio_id, table_name, reported_on)
                    <= count(*) over (partition by portfolio_id, table_name, reported_on)
                    then period_before
                else period
            end as period
        from opened
    ),

    counted as (
        select
            a.table_name,
            a.project_id,
            a.reported_on,
            a.first_load,
            a.portfolio_id,
            coalesce(min(case when r.status_date >= a.reported_on then r.status_date end), max(r.status_date)) as status_date
        from assigned as a
        inner join round as r on a.portfolio_id = r.portfolio_id and a.period = r.period
        group by a.table_name, a.project_id, a.reported_on, a.first_load, a.portfolio_id
    )

    select
        table_name,
        project_id,
        reported_on,
        portfolio_id,
        status_date,
        row_number() over (partition by table_name, project_id, status_date order by reported_on desc) = 1 as is_counted,
        greatest(date_diff('day', status_date, reported_on), 0) as days_late,
        cast(count(*) over (partition by table_name, project_id, status_date) - 1 as integer) as others,
        first_load
    from counted;

-- Kept as a table, so that the measures that stand on it need not make it each time: each load adds what changed.
create or replace table report_received_history (
    table_name varchar,
    project_id varchar,
    reported_on date,
    portfolio_id varchar,
    status_date date,
    is_counted boolean,
    days_late integer,
    others integer,
    first_load integer,
    load_from integer,
    load_to integer
);

create or replace macro report_received(known_at) as table
    select
        table_name,
        project_id,
        reported_on,
        portfolio_id,
        status_date,
        is_counted,
        days_late,
        others,
        first_load
    from report_received_history
    where load_from <= known_at and load_to > known_at;

create or replace view report_received as select * from report_received(2147483646);

comment on view report_received is 'At which date of its portfolio each report counts, how late it is, and with which load it came. Source: house.';
comment on column report_received.table_name is 'Table of the model the report is in.';
comment on column report_received.project_id is 'Project that reports.';
comment on column report_received.reported_on is 'Status date as the project states it.';
comment on column report_received.portfolio_id is 'Portfolio the project belonged to when the report came.';
comment on column report_received.status_date is 'Date of the portfolio at which the report counts.';
comment on column report_received.is_counted is 'True where it counts; false where a later report of the project in the same period does.';
comment on column report_received.days_late is 'Calendar days by which the stated date lies after the date of the portfolio; 0 if not after; lower is better.';
comment on column report_received.others is 'Other reports of the project in this table for the same date of the portfolio, of which only the last counts; 0 for most.';
comment on column report_received.first_load is 'Load with which the report of the project for that date first came; corrections do not change it, a report taken back and sent again does.';
