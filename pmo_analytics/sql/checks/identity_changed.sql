-- One row per project that a load brought with another currency, with a name that shares under half of its words with the one
-- before it, or open after it was closed or cancelled. A business unit that changed is named with these and is no sign by
-- itself: units are reorganised.

create or replace macro check_identity_changed(known_at) as table
    with versions as (
        select
            h.project_id,
            h.name,
            h.business_unit,
            h.currency,
            h.lifecycle,
            h.load_from,
            coalesce(h.received_in, h.load_from) as said_in,
            list_distinct(string_split_regex(trim(regexp_replace(lower(strip_accents(h.name)), '[^\p{L}\p{N}]+', ' ', 'g')), ' '))
                as words,
            regexp_replace(lower(strip_accents(h.name)), '[^\p{L}\p{N}]', '', 'g') as letters
        from project_history as h
        where h.load_from <= known_at
    ),

    renewed as (
        select
            n.load_id,
            n.file,
            n.sheet,
            n.row_number,
            n.project_id,
            v.name,
            o.said_in as before_load,
            case
                when
                    2 * len(list_intersect(v.words, o.words)) < len(list_distinct(list_concat(v.words, o.words)))
                    and jaro_winkler_similarity(v.letters, o.letters) < 0.9
                    and not contains(v.letters, o.letters)
                    and not contains(o.letters, v.letters)
                    then 'the name "' || o.name || '" is now "' || v.name || '"'
            end as other_name,
            case when v.currency <> o.currency then 'the currency ' || o.currency || ' is now ' || v.currency end as other_currency,
            case
                when o.lifecycle in ('closed', 'cancelled') and v.lifecycle in ('pipeline', 'active', 'paused')
                    then 'it was ' || o.lifecycle || ' and is now ' || v.lifecycle
            end as other_lifecycle,
            case
                when v.business_unit <> o.business_unit
                    then 'the unit "' || o.business_unit || '" is now "' || v.business_unit || '"'
            end as other_unit
        from project(known_at) as n
        inner join versions as v on n.project_id = v.project_id and n.load_id = v.load_from
        asof inner join versions as o on v.project_id = o.project_id and v.load_from > o.load_from
    )

    select
        load_id,
        file,
        sheet,
        row_number,
        'project' as table_name,
        'project_id' as column_name,
        cast(project_id as varchar) as value,
        'warning' as severity,
        'Project ' || project_id || ' is not what load ' || cast(before_load as varchar) || ' said: '
        || concat_ws(', ', other_name, other_currency, other_lifecycle, other_unit)
        || '; if it is another project, give it an id of its own.' as message
    from renewed
    where coalesce(other_name, other_currency, other_lifecycle) is not null;
