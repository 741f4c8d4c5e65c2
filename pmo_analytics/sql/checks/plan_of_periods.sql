-- One row per baseline of a project whose planned values look like amounts per period: the curve falls, or its values add up
-- to the budget (within a fiftieth) while the last is far from it, or all of three or more are the same. The row is the first
-- value under the one before it, or the last.

create or replace macro check_plan_of_periods(known_at) as table
    with budgets as (
        select
            b.project_id,
            b.baseline_no,
            b.bac
        from baseline(known_at) as b
        where b.bac > 0
    ),

    reported as (
        select
            s.project_id,
            arg_max(s.bac, s.status_date) as bac
        from project_status(known_at) as s
        where s.bac > 0
        group by s.project_id
    ),

    points as (
        select
            p.load_id,
            p.file,
            p.sheet,
            p.row_number,
            p.project_id,
            p.baseline_no,
            p.period_end,
            p.pv,
            lag(p.pv) over in_order as previous
        from planned_value(known_at) as p
        where p.pv is not null
        window in_order as (partition by p.project_id, p.baseline_no order by p.period_end)
    ),

    curves as (
        select
            project_id,
            baseline_no,
            count(*) as periods,
            sum(pv) as added_up,
            min(pv) as lowest,
            max(pv) as highest,
            arg_max(pv, period_end) as final,
            coalesce(min(case when pv < previous then period_end end), max(period_end)) as shown_at,
            max(case when pv < previous then 1 else 0 end) = 1 as is_falling
        from points
        group by project_id, baseline_no
    )

    select
        t.load_id,
        t.file,
        t.sheet,
        t.row_number,
        'planned_value' as table_name,
        'pv' as column_name,
        cast(t.pv as varchar) as value,
        'warning' as severity,
        'The planned values of project ' || c.project_id || ', baseline ' || cast(c.baseline_no as varchar) || ', '
        || case
            when c.is_falling
                then
                    'fall from ' || cast(t.previous as varchar) || ' to ' || cast(t.pv as varchar) || ' on '
                    || cast(t.period_end as varchar)
            when c.lowest = c.highest
                then 'are ' || cast(c.highest as varchar) || ' in each of ' || cast(c.periods as varchar) || ' periods'
            else
                'add up to ' || cast(c.added_up as varchar) || ', its budget, though the last is '
                || cast(c.final as varchar)
        end || '; they look like amounts per period: send the value planned up to the end of each period.' as message
    from curves as c
    inner join points as t
        on c.project_id = t.project_id and c.baseline_no = t.baseline_no and c.shown_at = t.period_end
    left join budgets as b on c.project_id = b.project_id and c.baseline_no = b.baseline_no
    left join reported as r on c.project_id = r.project_id
    where
        c.is_falling
        or (c.periods >= 3 and c.lowest = c.highest and c.highest > 0)
        or (
            c.periods >= 3
            and abs(cast(c.added_up as double) / cast(coalesce(b.bac, r.bac) as double) - 1) <= 0.02
            and c.final < 0.9 * coalesce(b.bac, r.bac)
        );
