-- One row per project report and cost that is given as exactly zero: usually unknown, and then it should be left empty.

create or replace macro check_zero_cost(known_at) as table
    select
        s.load_id,
        s.file,
        s.sheet,
        s.row_number,
        'project_status' as table_name,
        c.column_name,
        cast(c.cost as varchar) as value,
        'warning' as severity,
        'The report of ' || cast(s.status_date as varchar) || ' gives project ' || s.project_id || ' ' || c.subject || ' of '
        || cast(c.cost as varchar) || '; leave the cell empty if the amount is not known.' as message
    from project_status(known_at) as s
    cross join (
        values ('forecast_cost', s.forecast_cost, 'a forecast cost'), ('bac', s.bac, 'a budget at completion')
    ) as c (column_name, cost, subject)
    where c.cost = 0;
