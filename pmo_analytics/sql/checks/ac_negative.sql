-- One row per project or work package report whose actual cost to date is below zero.
-- The reversal of an accrual can do that, so it is noted and not refused.

create or replace macro check_ac_negative(known_at) as table
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
    from _value_to_date(known_at)
    where ac < 0;
