-- One row per project or work package report that has earned more than its whole budget.
-- Source: PMI, The Standard for Earned Value Management (2019): earned value cannot pass the budget at completion.

create or replace macro check_ev_above_bac(known_at) as table
    with earned as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            'project_status' as table_name,
            s.ev,
            s.bac,
            s.status_date,
            'project ' || s.project_id as subject
        from project_status(known_at) as s
        union all
        select
            w.load_id,
            w.file,
            w.sheet,
            w.row_number,
            'work_package_status' as table_name,
            w.ev,
            w.bac,
            w.status_date,
            'work package ' || w.work_package_id || ' of project ' || w.project_id as subject
        from work_package_status(known_at) as w
    )

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
    from earned
    where ev > bac;
