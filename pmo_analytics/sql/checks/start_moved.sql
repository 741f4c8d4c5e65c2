-- One row per project report with a start over a year from that of the report before it, by which the project had begun.
-- Usually one of the two is wrong, or the id was given to another project. The row is that of the two received last.

create or replace macro check_start_moved(known_at) as table
    with reports as (
        select
            s.project_id,
            s.status_date,
            s.start,
            struct_pack(load_id := s.load_id, file := s.file, sheet := s.sheet, row_number := s.row_number) as place
        from project_status(known_at) as s
        where s.start is not null
    ),

    steps as (
        select
            *,
            lag(start) over in_order as previous_start,
            lag(status_date) over in_order as previous_date,
            lag(place) over in_order as previous_place
        from reports
        window in_order as (partition by project_id order by status_date)
    ),

    moves as (
        select
            project_id,
            status_date,
            start,
            previous_start,
            previous_date,
            case when previous_place.load_id > place.load_id then previous_place else place end as place
        from steps
        where abs(start - previous_start) > 366 and previous_start < previous_date
    )

    select
        place.load_id,
        place.file,
        place.sheet,
        place.row_number,
        'project_status' as table_name,
        'start' as column_name,
        cast(start as varchar) as value,
        'warning' as severity,
        'Project ' || project_id || ', which had begun, starts on ' || cast(previous_start as varchar) || ' in the report of '
        || cast(previous_date as varchar) || ' and on ' || cast(start as varchar) || ' in that of '
        || cast(status_date as varchar) || '; correct the start, or give another project an id of its own.' as message
    from moves;
