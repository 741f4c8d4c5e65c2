-- One row per project or work package report that has earned more than its whole budget.
-- Source: PMI, The Standard for Earned Value Management (2019): earned value cannot pass the budget at completion.

create or replace macro check_ev_above_bac(known_at) as table
    select
        load_id,
        file,
        sheet,
        row_number,
        table_name,
        'ev' as column_name,
        cast(ev as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(status_date as varchar) || ' gives ' || subject || ' an earned value of ' || cast(ev as varchar)
        || ', more than its budget at completion of ' || cast(bac as varchar) || '.' as message
    from _value_to_date(known_at)
    where ev > bac;
