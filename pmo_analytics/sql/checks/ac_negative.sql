-- One row per project or work package report whose actual cost to date is below zero.
-- The reversal of an accrual can do that, so it is noted and not refused.

create or replace macro check_ac_negative(known_at) as table
    with spent as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            'project_status' as table_name,
            s.ac,
            s.status_date,
            'project ' || s.project_id as subject
        from project_status(known_at) as s
        union all
        select
            w.load_id,
            w.file,
            w.sheet,
            w.row_number,
            'work_package_status' as table_name,
            w.ac,
            w.status_date,
            'work package ' || w.work_package_id || ' of project ' || w.project_id as subject
        from work_package_status(known_at) as w
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        table_name,
        'ac' as column_name,
        cast(ac as varchar) as value,
        'note' as severity,
        'The report of ' || cast(status_date as varchar) || ' gives ' || subject || ' an actual cost to date of '
        || cast(ac as varchar) || '; confirm that an accrual was reversed.' as message
    from spent
    where ac < 0;
