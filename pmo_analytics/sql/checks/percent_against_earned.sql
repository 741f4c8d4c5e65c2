-- One row per project report whose percent complete is over ten points from its earned value over its budget at completion.
-- Both say how much of the work is done; ten points leave room for a percentage that is weighted by effort or counted in
-- tenths. A percentage given as a fraction is for check percent_looks_like_fraction, a value over the budget for ev_above_bac.

create or replace macro check_percent_against_earned(known_at) as table
    with shares as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            s.project_id,
            s.status_date,
            s.percent_complete,
            100 * cast(s.ev as double) / cast(s.bac as double) as earned
        from project_status(known_at) as s
        where s.bac > 0 and s.ev between 0 and s.bac and s.percent_complete is not null
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        'project_status' as table_name,
        'percent_complete' as column_name,
        cast(percent_complete as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(status_date as varchar) || ' says that project ' || project_id || ' is '
        || format('{:.0f}', cast(percent_complete as double)) || '% complete, but its earned value is '
        || format('{:.0f}', earned) || '% of its budget at completion; correct the one that is wrong.' as message
    from shares
    where
        abs(percent_complete - earned) > 10.000001
        and not (percent_complete <= 1 and abs(100 * percent_complete - earned) <= 10.000001);
