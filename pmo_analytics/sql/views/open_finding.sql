-- What is open about the data: one row per rule broken (error), warning or note, of the last time each file was
-- received in a load that counts; also about sheets that no such load has read. A file that is loaded once for each
-- of its tables (--as) has a last time for each.
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
            json_extract_string(l.settings, '$.as') as read_as
        from load as l
        anti join withdrawn as w on l.load_id = w.load_id
        where l.load_id <= known_at
    ),

    received as (
        select distinct
            load_id,
            file,
            read_as,
            sha256
        from receipt
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
    inner join received as r on f.file = r.file and f.load_id = r.load_id
    where
        not exists (
            select 1
            from receipt as later
            where
                later.file = f.file
                and later.load_id > f.load_id
                and (later.read_as is null or later.read_as = r.read_as or f.table_name in (later.read_as, ''))
        )
        and (
            f.rule <> 'sheet_not_read'
            or not exists (
                select 1
                from receipt as other
                where other.file = f.file and other.sheet = f.sheet and other.sha256 = r.sha256
            )
        )
        and (
            f.rule <> 'no_longer_sent'
            or not exists (
                select 1
                from settled as s
                left join withdrawn as w on s.load_id = w.load_id
                where
                    s.load_id <= known_at
                    and w.load_id is null
                    and s.found_load_id = f.load_id
                    and s.file = f.file
                    and s.table_name = f.table_name
                    and s.value = f.value
            )
        );

create or replace view open_finding as select * from open_finding(2147483646);

comment on view open_finding is
'Errors, warnings and notes of the last time each file was received as a table; a corrected file replaces what was said of it.';
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
