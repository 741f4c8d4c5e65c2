-- One row per project or work package report with a value to date under that of the report before it. Amounts to date do not
-- fall, unless the plan is approved anew (PV), work is taken out and the budget with it (EV) or a cost is reversed (AC). A
-- fall to under a three-hundredth is for check cost_jump. The row is that of the two which was received last.

create or replace macro check_falls_between_reports(known_at) as table
    with amounts as (
        select
            r.table_name,
            r.project_id,
            r.subject,
            r.status_date,
            r.bac,
            c.column_name,
            c.called,
            struct_pack(load_id := r.load_id, file := r.file, sheet := r.sheet, row_number := r.row_number) as place,
            case c.column_name when 'pv' then r.pv when 'ev' then r.ev else r.ac end as amount
        from _value_to_date(known_at) as r
        cross join (
            values ('pv', 'planned value'), ('ev', 'earned value'), ('ac', 'actual cost')
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
        where amount is not null
        window in_order as (partition by table_name, subject, column_name order by status_date)
    ),

    falls as (
        select
            f.table_name,
            f.subject,
            f.column_name,
            f.called,
            f.status_date,
            f.amount,
            f.previous,
            f.previous_date,
            case when f.previous_place.load_id > f.place.load_id then f.previous_place else f.place end as place,
            count(*) over (partition by f.table_name, f.subject, f.column_name) as times
        from steps as f
        where
            f.amount < f.previous
            and 300 * f.amount >= f.previous
            and not (
                f.column_name = 'ev' and f.bac < f.previous_bac
                and cast(f.amount as double) / cast(f.bac as double)
                >= cast(f.previous as double) / cast(f.previous_bac as double) - 0.001
            )
            and not (
                f.column_name = 'pv'
                and (
                    f.bac is distinct from f.previous_bac
                    or exists (
                        select 1
                        from baseline(known_at) as b
                        where
                            b.project_id = f.project_id
                            and b.approved_on > f.previous_date
                            and b.approved_on <= f.status_date
                    )
                )
            )
    )

    select
        place.load_id,
        place.file,
        place.sheet,
        place.row_number,
        table_name,
        column_name,
        cast(amount as varchar) as value,
        'warning' as severity,
        'The ' || called || ' of ' || subject || ' fell from ' || cast(previous as varchar) || ' on '
        || cast(previous_date as varchar) || ' to ' || cast(amount as varchar) || ' on ' || cast(status_date as varchar)
        || case
            when times > 1
                then
                    ', and ' || cast(times as varchar) || ' times in all; it looks like the amount of each period: '
                    || 'send the amount to date.'
            else '; an amount to date does not fall: send the amount to date, or correct one of the two reports.'
        end as message
    from falls;
