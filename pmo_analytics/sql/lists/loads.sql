-- What was loaded and when, for `pmo info`: one row per load; of its files the first three are named.
with taken_back as (
    select
        withdrawn_load_id as load_id,
        arg_max(counts_again, load_id) as counts,
        max(load_id) as by_load
    from withdrawal
    group by withdrawn_load_id
),

received as (
    select
        load_id,
        list_sort(list(distinct file)) as files
    from load
    where file <> ''
    group by load_id
)

select
    l.load_id as load,
    strftime(min(l.loaded_at) at time zone 'UTC', '%Y-%m-%d %H:%M UTC') as loaded,
    case
        when any_value(r.files) is not null
            then
                array_to_string(any_value(r.files)[1:3], ', ')
                || case when len(any_value(r.files)) > 3 then ' and ' || (len(any_value(r.files)) - 3) || ' more' else '' end
        else 'load ' || json_extract_string(any_value(l.settings), '$.takes_back')
    end as files,
    coalesce(min(case when l.file = '' then l.source end), min(l.source)) as source,
    sum(l.rows_read) as rows_read,
    sum(l.rows_loaded) as rows_loaded,
    sum(l.rows_quarantined) as quarantined,
    sum(l.added) as added,
    sum(l.changed) as changed,
    sum(l.withdrawn) as withdrawn,
    min(l.first_date) as first_date,
    max(l.last_date) as last_date,
    case when not any_value(t.counts) then 'by load ' || any_value(t.by_load) else '' end as taken_back
from load as l
left join received as r on l.load_id = r.load_id
left join taken_back as t on l.load_id = t.load_id
group by l.load_id
order by l.load_id
