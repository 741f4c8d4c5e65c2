-- One row per project whose business unit is spelt almost like one that more projects of the same portfolio name.
-- Names that differ in their digits (Region 1, Region 2) are taken to be different units.

create or replace macro check_near_duplicate_name(known_at) as table
    with projects as (
        select
            p.load_id,
            p.file,
            p.sheet,
            p.row_number,
            p.project_id,
            p.business_unit,
            coalesce(p.portfolio_id, 'default') as portfolio_id
        from project(known_at) as p
        where p.business_unit is not null
    ),

    spellings as (
        select
            portfolio_id,
            business_unit,
            count(*) as project_count
        from projects
        group by portfolio_id, business_unit
    ),

    likenesses as (
        select
            rare.portfolio_id,
            rare.business_unit,
            usual.business_unit as usual_name,
            usual.project_count,
            row_number() over (
                partition by rare.portfolio_id, rare.business_unit
                order by usual.project_count desc, usual.business_unit asc
            ) as choice
        from spellings as rare
        inner join spellings as usual
            on
                rare.portfolio_id = usual.portfolio_id
                and rare.business_unit <> usual.business_unit
                and rare.project_count < usual.project_count
                and regexp_replace(rare.business_unit, '[^0-9]', '', 'g') = regexp_replace(usual.business_unit, '[^0-9]', '', 'g')
        where jaro_winkler_similarity(lower(rare.business_unit), lower(usual.business_unit)) >= 0.93
    )

    select
        projects.load_id,
        projects.file,
        projects.sheet,
        projects.row_number,
        'project' as table_name,
        'business_unit' as column_name,
        projects.business_unit as value,
        'warning' as severity,
        'Project ' || projects.project_id || ' names the business unit "' || projects.business_unit || '", almost like "'
        || likenesses.usual_name || '", which ' || cast(likenesses.project_count as varchar)
        || ' projects of portfolio ' || projects.portfolio_id || ' name; use one spelling if it is the same unit.' as message
    from projects
    inner join likenesses
        on
            projects.portfolio_id = likenesses.portfolio_id
            and projects.business_unit = likenesses.business_unit
    where likenesses.choice = 1;
