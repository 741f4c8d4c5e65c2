-- One row per later baseline of a project whose planned values begin below what was earned by the last report before them.
-- A plan that is approved anew goes on from the work done; one percent is taken to be rounding.

create or replace macro check_plan_restarted(known_at) as table
    with starts as (
        select
            p.load_id,
            p.file,
            p.sheet,
            p.row_number,
            p.project_id,
            p.baseline_no,
            p.period_end,
            p.pv,
            min(p.baseline_no) over (partition by p.project_id) as first_baseline_no
        from planned_value(known_at) as p
        where p.pv is not null
        qualify row_number() over (partition by p.project_id, p.baseline_no order by p.period_end) = 1
    ),

    earned as (
        select
            n.project_id,
            n.baseline_no,
            max(s.status_date) as status_date,
            arg_max(s.ev, s.status_date) as ev
        from starts as n
        inner join project_status(known_at) as s on n.project_id = s.project_id and n.period_end > s.status_date
        where n.baseline_no > n.first_baseline_no and s.ev is not null
        group by n.project_id, n.baseline_no
    )

    select
        n.load_id,
        n.file,
        n.sheet,
        n.row_number,
        'planned_value' as table_name,
        'pv' as column_name,
        cast(n.pv as varchar) as value,
        'warning' as severity,
        'Baseline ' || cast(n.baseline_no as varchar) || ' of project ' || n.project_id || ' begins with a planned value of '
        || cast(n.pv as varchar) || ' on ' || cast(n.period_end as varchar) || ', below the ' || cast(e.ev as varchar)
        || ' earned by ' || cast(e.status_date as varchar) || '; carry the new plan on from the work that is done.' as message
    from starts as n
    inner join earned as e on n.project_id = e.project_id and n.baseline_no = e.baseline_no
    where n.pv < 0.99 * e.ev;
