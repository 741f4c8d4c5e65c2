-- One row per status date of a portfolio within ten days of one on which more of its projects report, or as many and
-- earlier; also up to twenty days, where all who report on it report on the other as well. Reports of one period then count on
-- two dates, and each page shows a part of the projects. The row is the first of the date that was received last.

create or replace macro check_report_beside_date(known_at) as table
    with reports as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            s.project_id,
            s.status_date,
            coalesce(p.portfolio_id, 'default') as portfolio_id
        from project_status(known_at) as s
        inner join project(known_at) as p on s.project_id = p.project_id
    ),

    dates as (
        select
            portfolio_id,
            status_date,
            list_sort(list(project_id)) as projects,
            count(*) as reporting,
            max(load_id) as load_id,
            arg_min(struct_pack(load_id := load_id, file := file, sheet := sheet, row_number := row_number), (-load_id, row_number)) as place
        from reports
        group by portfolio_id, status_date
    ),

    pairs as (
        select
            few.portfolio_id,
            few.status_date,
            few.projects,
            few.reporting,
            many.status_date as main_date,
            many.reporting as main_reporting,
            case when many.load_id > few.load_id then many.place else few.place end as place
        from dates as few
        inner join dates as many
            on
                few.portfolio_id = many.portfolio_id
                and few.status_date between many.status_date - 20 and many.status_date + 20
                and few.status_date <> many.status_date
        where
            (few.reporting < many.reporting or (few.reporting = many.reporting and few.status_date > many.status_date))
            and (
                abs(few.status_date - many.status_date) <= 10
                or list_has_all(many.projects, few.projects)
            )
        qualify row_number() over (
            partition by few.portfolio_id, few.status_date
            order by abs(few.status_date - many.status_date), many.reporting desc
        ) = 1
    )

    select
        place.load_id,
        place.file,
        place.sheet,
        place.row_number,
        'project_status' as table_name,
        'status_date' as column_name,
        cast(status_date as varchar) as value,
        'warning' as severity,
        'In portfolio ' || portfolio_id || ' ' || array_to_string(projects[1:5], ', ')
        || case when reporting > 5 then ' and ' || cast(reporting - 5 as varchar) || ' more' else '' end
        || case when reporting = 1 then ' reports' else ' report' end || ' on ' || cast(status_date as varchar) || ', '
        || cast(abs(status_date - main_date) as varchar)
        || case when abs(status_date - main_date) = 1 then ' day ' else ' days ' end
        || case when status_date > main_date then 'after ' else 'before ' end || cast(main_date as varchar) || ', on which '
        || cast(main_reporting as varchar) || case when main_reporting = 1 then ' project reports' else ' projects report' end
        || '; it counts in the reporting period it belongs to (view report_received); if the date is wrong, take the load back '
        || 'and send it under the right one.' as message
    from pairs;
