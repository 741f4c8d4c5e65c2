-- One row per project report that declares no overall status and whose owner did not withhold it, in portfolios that
-- rate any project at that date.

create or replace macro check_status_without_rag(known_at) as table
    select
        s.load_id,
        s.file,
        s.sheet,
        s.row_number,
        'project_status' as table_name,
        'rag' as column_name,
        s.rag as value,
        'warning' as severity,
        'Project ' || s.project_id || ' declares no overall status (RAG) in the report of ' || cast(s.status_date as varchar)
        || ', and it is not said to be withheld.' as message
    from project_status(known_at) as s
    left join project(known_at) as p on s.project_id = p.project_id
    left join withheld(known_at) as w
        on
            s.project_id = w.project_id
            and s.status_date = w.status_date
            and w.column_name = 'rag'
    where
        s.rag is null
        and w.project_id is null
        and (coalesce(p.portfolio_id, ''), s.status_date) in (
            select (coalesce(q.portfolio_id, ''), r.status_date)
            from project_status(known_at) as r
            left join project(known_at) as q on r.project_id = q.project_id
            where r.rag is not null
        );
