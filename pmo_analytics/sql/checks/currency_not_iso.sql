-- One row per project whose currency is not written as an ISO 4217 code: three capital letters.

create or replace macro check_currency_not_iso(known_at) as table
    select
        p.load_id,
        p.file,
        p.sheet,
        p.row_number,
        'project' as table_name,
        'currency' as column_name,
        p.currency as value,
        'warning' as severity,
        'Project ' || p.project_id || ' gives its currency as "' || p.currency
        || '"; write the three-letter ISO 4217 code, such as GBP or EUR.' as message
    from project(known_at) as p
    where not regexp_matches(p.currency, '^[A-Z]{3}$');
