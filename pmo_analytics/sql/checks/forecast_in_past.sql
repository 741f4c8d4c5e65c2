-- One row per forecast of an unfinished project or milestone that had already passed when it was reported.
-- Source: DCMA 14-point assessment, invalid dates.

create or replace macro check_forecast_in_past(known_at) as table
    with forecasts as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            'project_status' as table_name,
            'forecast_finish' as column_name,
            s.forecast_finish as forecast_date,
            s.status_date,
            'Project ' || s.project_id || ' is not reported as complete' as subject
        from project_status(known_at) as s
        left join project(known_at) as p on s.project_id = p.project_id
        where
            (s.percent_complete is null or s.percent_complete < 100)
            and coalesce(p.lifecycle, 'active') not in ('closed', 'cancelled')
        union all
        select
            m.load_id,
            m.file,
            m.sheet,
            m.row_number,
            'milestone' as table_name,
            'forecast_date' as column_name,
            m.forecast_date,
            m.status_date,
            'Milestone ' || m.milestone_id || ' of project ' || m.project_id || ' is not reported as reached' as subject
        from milestone(known_at) as m
        where m.actual_date is null
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        table_name,
        column_name,
        cast(forecast_date as varchar) as value,
        'warning' as severity,
        subject || ', but its forecast of ' || cast(forecast_date as varchar) || ' lies before the report of '
        || cast(status_date as varchar) || '.' as message
    from forecasts
    where forecast_date < status_date;
