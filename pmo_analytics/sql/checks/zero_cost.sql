-- One row per project report and cost that is given as exactly zero: usually unknown, and then it should be left empty.

create or replace macro check_zero_cost(known_at) as table
    with costs as (
        select
            f.load_id,
            f.file,
            f.sheet,
            f.row_number,
            'forecast_cost' as column_name,
            f.forecast_cost as cost,
            f.status_date,
            f.project_id,
            'a forecast cost' as subject
        from project_status(known_at) as f
        union all
        select
            b.load_id,
            b.file,
            b.sheet,
            b.row_number,
            'bac' as column_name,
            b.bac as cost,
            b.status_date,
            b.project_id,
            'a budget at completion' as subject
        from project_status(known_at) as b
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        'project_status' as table_name,
        column_name,
        cast(cost as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(status_date as varchar) || ' gives project ' || project_id || ' ' || subject || ' of '
        || cast(cost as varchar) || '; leave the cell empty if the amount is not known.' as message
    from costs
    where cost = 0;
