-- One row per project report that expects a negative cost: possible for a project that earns, rare, and often a slip.

create or replace macro check_negative_cost(known_at) as table
    select
        s.load_id,
        s.file,
        s.sheet,
        s.row_number,
        'project_status' as table_name,
        'forecast_cost' as column_name,
        cast(s.forecast_cost as varchar) as value,
        'warning' as severity,
        'Project ' || s.project_id || ' expects a negative cost of ' || cast(s.forecast_cost as varchar) || ' in the report of '
        || cast(s.status_date as varchar) || '.' as message
    from project_status(known_at) as s
    where s.forecast_cost < 0;
