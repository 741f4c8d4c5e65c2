-- One row per activity and duration that is below zero.

create or replace macro check_negative_duration(known_at) as table
    select
        a.load_id,
        a.file,
        a.sheet,
        a.row_number,
        'activity' as table_name,
        d.column_name,
        cast(d.days as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(a.status_date as varchar) || ' gives activity ' || a.activity_id || ' of project '
        || a.project_id || ' ' || d.column_name || ' of ' || cast(d.days as varchar) || '; a duration cannot be below zero.'
            as message
    from activity(known_at) as a
    cross join (
        values ('duration_days', a.duration_days), ('remaining_days', a.remaining_days),
        ('optimistic_days', a.optimistic_days), ('most_likely_days', a.most_likely_days),
        ('pessimistic_days', a.pessimistic_days)
    ) as d (column_name, days)
    where d.days < 0;
