-- One row per open risk whose probability is missing, so that it adds nothing to the exposure.

create or replace macro check_risk_without_probability(known_at) as table
    select
        r.load_id,
        r.file,
        r.sheet,
        r.row_number,
        'risk' as table_name,
        'probability' as column_name,
        cast(r.probability as varchar) as value,
        'warning' as severity,
        'Risk ' || r.risk_id || ' of project ' || r.project_id || ' is open in the report of ' || cast(r.status_date as varchar)
        || ' but has no probability, so it is left out of the exposure.' as message
    from risk(known_at) as r
    where r.state = 'open' and r.probability is null;
