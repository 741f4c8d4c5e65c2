-- One row per pair of dates of a project, baseline or activity whose finish lies before its start.

create or replace macro check_finish_before_start(known_at) as table
    with spans as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            'project_status' as table_name,
            'forecast_finish' as column_name,
            s.start as first_day,
            s.forecast_finish as last_day,
            'Project ' || s.project_id || ' is forecast, in the report of ' || cast(s.status_date as varchar) || ',' as subject
        from project_status(known_at) as s
        union all
        select
            b.load_id,
            b.file,
            b.sheet,
            b.row_number,
            'baseline' as table_name,
            'finish' as column_name,
            b.start as first_day,
            b.finish as last_day,
            'Baseline ' || cast(b.baseline_no as varchar) || ' of project ' || b.project_id || ' is planned' as subject
        from baseline(known_at) as b
        union all
        select
            a.load_id,
            a.file,
            a.sheet,
            a.row_number,
            'activity' as table_name,
            d.column_name,
            d.first_day,
            d.last_day,
            'Activity ' || a.activity_id || ' of project ' || a.project_id || ' is ' || d.called as subject
        from activity(known_at) as a
        cross join (
            values ('finish', a.start, a.finish, 'scheduled'),
            ('baseline_finish', a.baseline_start, a.baseline_finish, 'planned in the baseline'),
            ('actual_finish', a.actual_start, a.actual_finish, 'reported')
        ) as d (column_name, first_day, last_day, called)
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        table_name,
        column_name,
        cast(last_day as varchar) as value,
        'warning' as severity,
        subject || ' to finish on ' || cast(last_day as varchar) || ', before its start on ' || cast(first_day as varchar) || '.'
            as message
    from spans
    where last_day < first_day;
