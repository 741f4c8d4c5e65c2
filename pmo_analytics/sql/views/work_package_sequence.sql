-- Which work packages run ahead of or behind the planned order: one row per project, work package and status date.
-- The PV of a package at time ES is taken between the two reports whose total PV encloses today's total EV (before the first
-- report from zero); for a project ahead of its last reported PV, the rest of every package is taken in proportion to BAC - PV.
-- Source: Lipke, Schedule Adherence (2008); the p-factor follows in schedule_adherence.
-- narrowed by: project
-- ordered by: project_id, work_package_id
create or replace macro work_package_sequence(known_at) as table
    with package as (
        select
            w.project_id,
            w.work_package_id,
            w.name,
            r.status_date,
            coalesce(w.pv, 0) as pv,
            coalesce(w.ev, 0) as ev,
            coalesce(w.bac, 0) as bac
        from work_package_status(known_at) as w
        inner join report_received(known_at) as r
            on
                r.table_name = 'work_package_status' and w.project_id = r.project_id and w.status_date = r.reported_on
                and r.is_counted
    ),

    total as (
        select
            project_id,
            status_date,
            sum(pv) as pv,
            sum(ev) as ev,
            sum(bac) as bac
        from package
        group by project_id, status_date
    ),

    planned as (
        select
            project_id,
            status_date,
            pv,
            lag(status_date) over (partition by project_id order by status_date) as date_before,
            lag(pv, 1, 0) over (partition by project_id order by status_date) as pv_before
        from total
    ),

    enclosing as (
        select
            t.project_id,
            t.status_date,
            min(p.status_date) as upper_date
        from total as t
        left join planned as p on t.project_id = p.project_id and t.status_date >= p.status_date and t.ev <= p.pv
        group by t.project_id, t.status_date
    ),

    located as (
        select
            t.project_id,
            t.status_date,
            coalesce(p.date_before, case when e.upper_date is null then t.status_date end) as lower_date,
            e.upper_date,
            case
                when t.ev = 0 then 0
                when e.upper_date is null then least(1, cast(t.ev - t.pv as double) / nullif(t.bac - t.pv, 0))
                else cast(t.ev - p.pv_before as double) / nullif(p.pv - p.pv_before, 0)
            end as part
        from total as t
        inner join enclosing as e on t.project_id = e.project_id and t.status_date = e.status_date
        left join planned as p on e.project_id = p.project_id and e.upper_date = p.status_date
    )

    select
        w.project_id,
        w.work_package_id,
        w.name,
        w.status_date,
        w.ev,
        coalesce(l.pv, 0)
        + n.part * (case when n.upper_date is null then w.bac else coalesce(u.pv, 0) end - coalesce(l.pv, 0)) as pv_at_es,
        w.ev
        - (
            coalesce(l.pv, 0)
            + n.part * (case when n.upper_date is null then w.bac else coalesce(u.pv, 0) end - coalesce(l.pv, 0))
        ) as ahead
    from package as w
    inner join located as n on w.project_id = n.project_id and w.status_date = n.status_date
    left join package as l
        on w.project_id = l.project_id and w.work_package_id = l.work_package_id and n.lower_date = l.status_date
    left join package as u
        on w.project_id = u.project_id and w.work_package_id = u.work_package_id and n.upper_date = u.status_date;

create or replace view work_package_sequence as select * from work_package_sequence(2147483646);

comment on view work_package_sequence is 'Which work packages ran ahead of the planned order and which were held back, at the time on the plan that the work earned so far belongs to. The plan of a package is what successive reports gave as its PV, taken linearly between them; ahead of the last reported PV the rest is taken in proportion. Source: Lipke, Schedule Adherence (2008).';
comment on column work_package_sequence.project_id is 'Project the work package belongs to.';
comment on column work_package_sequence.work_package_id is 'Work package that reports.';
comment on column work_package_sequence.name is 'Name of the work package.';
comment on column work_package_sequence.status_date is 'Date the report is about.';
comment on column work_package_sequence.ev is 'Earned value of the package; project currency, cumulative; 0 where none is reported.';
comment on column work_package_sequence.pv_at_es is 'Planned value of the package at the time ES at which the packages'' total EV was planned; project currency.';
comment on column work_package_sequence.ahead is 'ev - pv_at_es; project currency; positive: done out of sequence, at risk of rework; negative: held back by a constraint or impediment; 0 in the planned order.';
