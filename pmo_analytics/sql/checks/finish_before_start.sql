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
            'finish' as column_name,
            a.start as first_day,
            a.finish as last_day,
            'Activity ' || a.activity_id || ' of project ' || a.project_id || ' is scheduled' as subject
        from activity(known_at) as a
        union all
        select
            a.load_id,
            a.file,
            a.sheet,
            a.row_number,
            'activity' as table_name,
            'baseline_finish' as column_name,
            a.baseline_start as first_day,
            a.baseline_finish as last_day,
            'Activity ' || a.activity_id || ' of project ' || a.project_id || ' is planned in the baseline' as subject
        from activity(known_at) as a
        union all
        select
            a.load_id,
            a.file,
            a.sheet,
            a.row_number,
            'activity' as table_name,
            'actual_finish' as column_name,
            a.actual_start as first_day,
            a.actual_finish as last_day,
            'Activity ' || a.activity_id || ' of project ' || a.project_id || ' is reported' as subject
        from activity(known_at) as a
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
