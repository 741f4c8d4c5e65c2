-- One row per project report that expects the whole project to cost less than it has cost already.
-- A difference of up to half a percent is taken to be rounding.

create or replace macro check_forecast_below_actual(known_at) as table
    select
        s.load_id,
        s.file,
        s.sheet,
        s.row_number,
        'project_status' as table_name,
        'forecast_cost' as column_name,
        cast(s.forecast_cost as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(s.status_date as varchar) || ' expects project ' || s.project_id || ' to cost '
        || cast(s.forecast_cost as varchar) || ' in all, less than its actual cost to date of ' || cast(s.ac as varchar)
        || '; give the cost of the whole project, not what is left to spend.' as message
    from project_status(known_at) as s
    where s.ac > 0 and s.forecast_cost >= 0 and cast(s.forecast_cost as double) < 0.995 * cast(s.ac as double);
