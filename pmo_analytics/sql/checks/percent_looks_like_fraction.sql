-- One row per table of a file or sheet in which every percent_complete is at most 1 and one at least is a true fraction.
-- The row number is that of the first such fraction.

create or replace macro check_percent_looks_like_fraction(known_at) as table
    with progress as (
        select
            s.load_id,
            s.file,
            s.sheet,
            s.row_number,
            'project_status' as table_name,
            s.percent_complete
        from project_status(known_at) as s
        union all
        select
            a.load_id,
            a.file,
            a.sheet,
            a.row_number,
            'activity' as table_name,
            a.percent_complete
        from activity(known_at) as a
    ),

    sheets as (
        select
            load_id,
            file,
            sheet,
            table_name,
            max(percent_complete) as highest,
            min(case when percent_complete > 0 and percent_complete < 1 then row_number end) as first_fraction
        from progress
        group by load_id, file, sheet, table_name
    )

    select
        load_id,
        file,
        sheet,
        first_fraction as row_number,
        table_name,
        'percent_complete' as column_name,
        cast(highest as varchar) as value,
        'warning' as severity,
        'The highest percent_complete for ' || table_name || ' in ' || file
        || case when sheet is null then '' else ', sheet ' || sheet end || ' is '
        || cast(highest as varchar) || '; if these are fractions give 0 to 100, or say so in a map: "columns: '
        || '{Their Column: {to: percent_complete, times: 100}}".' as message
    from sheets
    where highest <= 1 and first_fraction is not null;
