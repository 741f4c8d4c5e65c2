-- One row per activity and duration that is below zero.

create or replace macro check_negative_duration(known_at) as table
    with activities as (
        select
            a.load_id,
            a.file,
            a.sheet,
            a.row_number,
            a.project_id,
            a.activity_id,
            a.status_date,
            columns_of.column_name,
            case columns_of.column_name
                when 'duration_days' then a.duration_days
                when 'remaining_days' then a.remaining_days
                when 'optimistic_days' then a.optimistic_days
                when 'most_likely_days' then a.most_likely_days
                when 'pessimistic_days' then a.pessimistic_days
            end as days
        from activity(known_at) as a
        cross join (
            values ('duration_days'), ('remaining_days'), ('optimistic_days'), ('most_likely_days'), ('pessimistic_days')
        ) as columns_of (column_name)
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        'activity' as table_name,
        column_name,
        cast(days as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(status_date as varchar) || ' gives activity ' || activity_id || ' of project ' || project_id
        || ' ' || column_name || ' of ' || cast(days as varchar) || '; a duration cannot be below zero.' as message
    from activities
    where days < 0;
