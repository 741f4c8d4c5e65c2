-- One row per project report whose forecast cost is over ten times, or under a tenth of, the one reported before it.
-- Reports without a forecast cost above zero are passed over.

create or replace macro check_cost_jump(known_at) as table
    with forecasts as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            s.project_id,
            s.status_date,
            s.forecast_cost,
            lag(s.forecast_cost) over (partition by s.project_id order by s.status_date) as previous_cost,
            lag(s.status_date) over (partition by s.project_id order by s.status_date) as previous_date
        from project_status(known_at) as s
        where s.forecast_cost > 0
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        'project_status' as table_name,
        'forecast_cost' as column_name,
        cast(forecast_cost as varchar) as value,
        'warning' as severity,
        'The forecast cost of project ' || project_id || ' went from ' || cast(previous_cost as varchar) || ' on '
        || cast(previous_date as varchar) || ' to ' || cast(forecast_cost as varchar) || ' on ' || cast(status_date as varchar)
        || ', a change of more than ten times; its scope or the unit of money has probably changed.' as message
    from forecasts
    where forecast_cost > 10 * previous_cost or 10 * forecast_cost < previous_cost;
