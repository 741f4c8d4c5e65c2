-- What is open about the data: one row per rule broken (error), warning or note, of the last time each sheet of a file
-- was read into a table in a load that counts; also about sheets that no such load has read.
-- narrowed by: organisation
-- ordered by: severity, rule, file, sheet, row_number
create or replace macro open_finding(known_at) as table
    with withdrawn as (
        select withdrawn_load_id as load_id
        from withdrawal
        where load_id <= known_at
        group by withdrawn_load_id
        having not arg_max(counts_again, load_id)
    ),

    receipt as (
        select
            l.load_id,
            l.file,
            l.sheet,
            l.sha256,
            l.table_names,
            json_extract_string(l.settings, '$.as') as read_as,
            lower(cast(json_extract(l.settings, '$.map.sheet') as varchar)) as named_sheet
        from load as l
        anti join withdrawn as w on l.load_id = w.load_id
        where l.load_id <= known_at
    ),

    fault as (
        select
            load_id,
            file,
            sheet,
            row_number,
            table_name,
            column_name,
            value,
            'error' as severity,
            rule,
            message
        from quarantine

        union all

        select
            load_id,
            file,
            sheet,
            row_number,
            table_name,
            column_name,
            value,
            severity,
            rule,
            message
        from finding
    ),

    place as (
        select distinct
            load_id,
            file,
            sheet,
            rule = 'sheet_not_read' as is_unread
        from fault
    ),

    file_received as (
        select distinct
            load_id,
            file,
            sha256
        from receipt
    ),

    -- Of each sheet, whether the same reading of it came again: by the same command, or into the same table.
    superseded as (
        select distinct
            f.load_id,
            f.file,
            f.sheet
        from place as f
        inner join receipt as own on f.load_id = own.load_id and f.file = own.file
        inner join receipt as later on f.file = later.file and f.load_id < later.load_id
        where
            (
                own.read_as is not distinct from later.read_as
                and (later.named_sheet is null or own.named_sheet is not distinct from later.named_sheet)
            )
            or (
                own.sheet = f.sheet
                and later.sheet = f.sheet
                and list_has_any(own.table_names, later.table_names)
            )
    ),

    -- Sheets that no reading of the same version of a file has read; its last reading says so for all.
    unread as (
        select
            f.load_id,
            f.file,
            f.sheet
        from place as f
        inner join file_received as own on f.load_id = own.load_id and f.file = own.file
        where
            f.is_unread
            and f.load_id = (
                select max(r.load_id) from file_received as r
                where r.file = f.file
            )
            and not exists (
                select 1
                from receipt as r
                where r.file = f.file and r.sha256 = own.sha256 and r.sheet = f.sheet
            )
    ),

    settled_by_then as (
        select st.*
        from settled as st
        anti join withdrawn as w on st.load_id = w.load_id
        where st.load_id <= known_at
    ),

    -- Rows that a file no longer has stay open until they are settled, whatever else the file brought since.
    still_counting as (
        select
            f.file,
            f.table_name,
            f.value,
            max(f.load_id) as load_id
        from fault as f
        left join settled_by_then as s
            on
                f.load_id = s.found_load_id
                and f.file = s.file
                and f.table_name = s.table_name
                and f.value = s.value
        anti join withdrawn as w on f.load_id = w.load_id
        where f.rule = 'no_longer_sent' and f.load_id <= known_at and s.load_id is null
        group by f.file, f.table_name, f.value
    )

    select
        f.severity,
        f.rule,
        f.file,
        f.sheet,
        f.row_number,
        f.table_name,
        f.column_name,
        f.value,
        f.message,
        f.load_id
    from fault as f
    inner join file_received as r on f.load_id = r.load_id and f.file = r.file
    left join superseded as s on f.load_id = s.load_id and f.file = s.file and f.sheet = s.sheet
    left join unread as u on f.load_id = u.load_id and f.file = u.file and f.sheet = u.sheet
    left join still_counting as c
        on
            f.load_id = c.load_id
            and f.file = c.file
            and f.table_name = c.table_name
            and f.value = c.value
    where
        case f.rule
            when 'no_longer_sent' then c.load_id is not null
            when 'sheet_not_read' then u.load_id is not null
            else s.load_id is null
        end;

create or replace view open_finding as select * from open_finding(2147483646);

comment on view open_finding is
'Errors, warnings and notes of the last time each sheet was received; a corrected file replaces what was said of it.';
comment on column open_finding.severity is 'error: the row was kept out; warning: look at it; note: a conversion, stated.';
comment on column open_finding.rule is 'Name of the rule.';
comment on column open_finding.file is 'File as named to the command.';
comment on column open_finding.sheet is 'Sheet of a workbook; empty for a file that is one table.';
comment on column open_finding.row_number is 'Row of the sheet, as a spreadsheet shows it.';
comment on column open_finding.table_name is 'Table of the model.';
comment on column open_finding.column_name is 'Column the finding is about.';
comment on column open_finding.value is 'Value as received.';
comment on column open_finding.message is 'What was found, in a sentence.';
comment on column open_finding.load_id is 'Load that found it.';
