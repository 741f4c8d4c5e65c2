-- One row per project or work package report whose cost efficiency (EV / AC) is under 0.33 or over 3: one of the two is then
-- probably in another unit, such as hours, or is no amount to date. Work as small as a fiftieth of its budget is passed over,
-- because invoices and progress do not yet arrive together; so is work that has earned nothing.

create or replace macro check_cpi_out_of_range(known_at) as table
    with ratios as (
        select
            *,
            cast(ev as double) / cast(ac as double) as cpi
        from _value_to_date(known_at)
        where ev > 0 and ac > 0 and greatest(ev, ac) >= coalesce(bac, 0) / 50
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        table_name,
        'ac' as column_name,
        cast(ac as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(status_date as varchar) || ' gives ' || subject || ' an earned value of ' || cast(ev as varchar)
        || ' against an actual cost of ' || cast(ac as varchar) || ', a CPI of ' || format('{:.3g}', cpi)
        || '; give both in money, not in hours, and both to date, not for the period alone.' as message
    from ratios
    where cpi < 0.33 or cpi > 3;
