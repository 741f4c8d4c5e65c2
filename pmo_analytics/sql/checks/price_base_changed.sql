-- One row per file and status date whose costs are stated in other prices than those of the reports before them, or are the
-- first that say in which.

create or replace macro check_price_base_changed(known_at) as table
    with steps as (
        select
            load_id,
            file,
            sheet,
            row_number,
            status_date,
            price_base,
            lag(price_base) over in_order as previous,
            lag(status_date) over in_order as previous_date
        from project_status(known_at)
        where forecast_cost is not null
        window in_order as (partition by project_id order by status_date)
    )

    select
        load_id,
        file,
        sheet,
        min(row_number) as row_number,
        'project_status' as table_name,
        'price_base' as column_name,
        max(price_base) as value,
        'warning' as severity,
        'Costs of ' || cast(status_date as varchar) || ' are ' || coalesce('in prices of ' || max(price_base), 'in prices not stated')
        || ' and those before ' || coalesce('in prices of ' || max(previous), 'in prices not stated') || ', for '
        || cast(count(*) as varchar) || case when count(*) = 1 then ' project' else ' projects' end
        || '; no growth of cost is computed between them.' as message
    from steps
    where previous_date is not null and price_base is distinct from previous
    group by load_id, file, sheet, status_date;
