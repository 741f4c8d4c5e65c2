-- One row per milestone or activity date that is said to have happened after the status date of its own report.
-- Source: DCMA 14-point assessment, invalid dates.

create or replace macro check_actual_in_future(known_at) as table
    with actuals as (
        select
            m.load_id,
            m.file,
            m.sheet,
            m.row_number,
            'milestone' as table_name,
            'actual_date' as column_name,
            m.actual_date,
            m.status_date,
            'milestone ' || m.milestone_id || ' of project ' || m.project_id || ' as reached' as event
        from milestone(known_at) as m
        union all
        select
            a.load_id,
            a.file,
            a.sheet,
            a.row_number,
            'activity' as table_name,
            d.column_name,
            d.actual_date,
            a.status_date,
            'activity ' || a.activity_id || ' of project ' || a.project_id || ' as ' || d.called as event
        from activity(known_at) as a
        cross join (
            values ('actual_start', a.actual_start, 'begun'), ('actual_finish', a.actual_finish, 'finished')
        ) as d (column_name, actual_date, called)
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        table_name,
        column_name,
        cast(actual_date as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(status_date as varchar) || ' gives ' || event || ' on ' || cast(actual_date as varchar)
        || ', which is after the report.' as message
    from actuals
    where actual_date > status_date;
