-- One row per project report with an amount far from the one reported before it: over ten times or under a tenth for what the
-- whole project costs (forecast cost, budget at completion), which moves by shares; under a three-hundredth for values to
-- date, and over three hundred times where that also passes three times the last budget, because they begin near zero.
-- Amounts of zero and below are passed over. The row is that of the two reports which was received last.

create or replace macro check_cost_jump(known_at) as table
    with amounts as (
        select
            s.project_id,
            s.status_date,
            s.bac,
            c.column_name,
            c.called,
            struct_pack(load_id := s.load_id, file := s.file, sheet := s.sheet, row_number := s.row_number) as place,
            case c.column_name
                when 'forecast_cost' then s.forecast_cost
                when 'bac' then s.bac
                when 'pv' then s.pv
                when 'ev' then s.ev
                else s.ac
            end as amount
        from project_status(known_at) as s
        cross join (
            values ('forecast_cost', 'forecast cost'), ('bac', 'budget at completion'), ('pv', 'planned value'),
            ('ev', 'earned value'), ('ac', 'actual cost')
        ) as c (column_name, called)
    ),

    steps as (
        select
            *,
            lag(amount) over in_order as previous,
            lag(status_date) over in_order as previous_date,
            lag(bac) over in_order as previous_bac,
            lag(place) over in_order as previous_place
        from amounts
        where amount > 0
        window in_order as (partition by project_id, column_name order by status_date)
    ),

    jumps as (
        select
            project_id,
            status_date,
            column_name,
            called,
            amount,
            previous,
            previous_date,
            greatest(cast(amount as double) / cast(previous as double), cast(previous as double) / cast(amount as double)) as times,
            case when previous_place.load_id > place.load_id then previous_place else place end as place
        from steps
        where
            (column_name in ('forecast_cost', 'bac') and (amount > 10 * previous or 10 * amount < previous))
            or (column_name in ('pv', 'ev', 'ac') and 300 * amount < previous)
            or (column_name in ('pv', 'ev', 'ac') and amount > 300 * previous and amount > 3 * previous_bac)
    )

    select
        place.load_id,
        place.file,
        place.sheet,
        place.row_number,
        'project_status' as table_name,
        column_name,
        cast(amount as varchar) as value,
        'warning' as severity,
        'The ' || called || ' of project ' || project_id || ' went from ' || cast(previous as varchar) || ' on '
        || cast(previous_date as varchar) || ' to ' || cast(amount as varchar) || ' on ' || cast(status_date as varchar)
        || case
            when times between 300 and 3000 then ', about a thousand times as much or as little; one is probably in thousands.'
            when times between 300000 and 3000000 then ', about a million times as much or as little; one is probably in millions.'
            else ', a change of more than ten times; its scope or the unit of money has probably changed.'
        end as message
    from jumps;
