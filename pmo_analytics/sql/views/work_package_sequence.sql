-- Which work packages run ahead of or behind the planned order: one row per project, work package and status date.
-- The PV of a package at time ES is taken between the two reports under the baseline in force whose total PV encloses today's total
-- EV, none of them later than today's. Nothing is spread over packages: outside the reported PV it is known only
-- where one package alone can hold the difference, or all is earned. Source: Lipke, Schedule Adherence (2008).
-- narrowed by: project
-- ordered by: project_id, work_package_id
create or replace macro work_package_sequence(known_at) as table
    with governed as (
        select
            r.project_id,
            r.reported_on,
            r.status_date,
            coalesce(
                max(case when b.approved_on is null or b.approved_on <= r.reported_on then b.baseline_no end),
                min(b.baseline_no),
                0
            ) as baseline_no
        from report_received(known_at) as r
        left join baseline(known_at) as b on r.project_id = b.project_id
        where r.table_name = 'work_package_status' and r.is_counted
        group by r.project_id, r.reported_on, r.status_date
    ),

    package as (
        select
            w.project_id,
            w.work_package_id,
            w.name,
            g.status_date,
            g.baseline_no,
            w.pv,
            w.ev,
            w.bac
        from work_package_status(known_at) as w
        inner join governed as g on w.project_id = g.project_id and w.status_date = g.reported_on
    ),

    total as (
        select
            project_id,
            status_date,
            baseline_no,
            count(*) as packages,
            case when count(pv) = count(*) then sum(pv) end as pv,
            case when count(ev) = count(*) then sum(ev) end as ev,
            case when count(bac) = count(*) then sum(bac) end as bac,
            count(*) filter (where pv > 0) as begun,
            count(*) filter (where bac > pv) as unfinished
        from package
        group by project_id, status_date, baseline_no
    ),

    planned as (
        select
            *,
            lag(status_date) over (partition by project_id, baseline_no order by status_date) as date_before,
            lag(pv) over (partition by project_id, baseline_no order by status_date) as pv_before,
            lag(packages) over (partition by project_id, baseline_no order by status_date) as packages_before
        from total
        where pv is not null
    ),

    enclosing as (
        select
            t.project_id,
            t.status_date,
            min(case when t.ev <= p.pv then p.status_date end) as upper_date,
            max(p.status_date) as last_date
        from total as t
        inner join planned as p
            on t.project_id = p.project_id and t.baseline_no = p.baseline_no and t.status_date >= p.status_date
        group by t.project_id, t.status_date
    ),

    placed as (
        select
            t.project_id,
            t.status_date,
            t.ev,
            t.bac,
            p.date_before,
            p.pv_before,
            p.pv,
            e.upper_date,
            e.last_date,
            case
                when t.ev is null or t.pv is null then 'not every work package reports PV and EV'
                when t.ev = 0 then 'nothing earned yet: no p-factor'
                when t.ev >= t.bac then null
                when t.packages <> coalesce(p.packages, n.packages) or t.packages <> p.packages_before
                    then 'the reports between which the plan is read do not have the same work packages'
                when e.upper_date is null and (n.bac is null or n.unfinished > 1)
                    then 'more is earned than the reports under this baseline say was planned: which packages it was planned in is not known'
                when e.upper_date is not null and p.date_before is null and p.begun > 1 and t.ev < p.pv
                    then 'less is earned than was planned at the first report under this baseline: in which packages is not known'
            end as reason
        from total as t
        left join enclosing as e on t.project_id = e.project_id and t.status_date = e.status_date
        left join planned as p on e.project_id = p.project_id and e.upper_date = p.status_date
        left join planned as n on e.project_id = n.project_id and e.last_date = n.status_date
    ),

    located as (
        select
            s.project_id,
            s.work_package_id,
            s.name,
            s.status_date,
            s.ev,
            d.reason,
            case
                when d.ev = 0 then 0
                when d.reason is not null then null
                when d.ev >= d.bac then s.bac
                when d.upper_date is null then l.pv + cast(d.ev - n.pv as double) / nullif(n.bac - n.pv, 0) * (s.bac - l.pv)
                when d.date_before is null then cast(d.ev as double) / nullif(d.pv, 0) * u.pv
                else b.pv + cast(d.ev - d.pv_before as double) / nullif(d.pv - d.pv_before, 0) * (u.pv - b.pv)
            end as pv_at_es
        from package as s
        inner join placed as d on s.project_id = d.project_id and s.status_date = d.status_date
        left join planned as n on d.project_id = n.project_id and d.last_date = n.status_date
        left join package as l
            on s.project_id = l.project_id and s.work_package_id = l.work_package_id and d.last_date = l.status_date
        left join package as u
            on s.project_id = u.project_id and s.work_package_id = u.work_package_id and d.upper_date = u.status_date
        left join package as b
            on s.project_id = b.project_id and s.work_package_id = b.work_package_id and d.date_before = b.status_date
    )

    select
        project_id,
        work_package_id,
        name,
        status_date,
        ev,
        pv_at_es,
        ev - pv_at_es as ahead,
        coalesce(
            reason,
            case
                when pv_at_es is null
                    then 'the reports between which the plan is read do not have the same work packages'
            end
        ) as reason
    from located;

create or replace view work_package_sequence as select * from work_package_sequence(2147483646);

comment on view work_package_sequence is 'Which work packages ran ahead of the planned order and which were held back, at the time on the plan that the work earned so far belongs to. The plan of a package is what the reports under the baseline in force gave as its PV, those of later dates too, taken linearly between them. Source: Lipke, Schedule Adherence (2008).';
comment on column work_package_sequence.project_id is 'Project the work package belongs to.';
comment on column work_package_sequence.work_package_id is 'Work package that reports.';
comment on column work_package_sequence.name is 'Name of the work package.';
comment on column work_package_sequence.status_date is 'Date the report is about.';
comment on column work_package_sequence.ev is 'Earned value of the package; project currency, cumulative; null where none is reported.';
comment on column work_package_sequence.pv_at_es is 'Planned value of the package at the time ES at which the packages'' total EV was planned; project currency; null where the reports under the baseline in force do not tell.';
comment on column work_package_sequence.ahead is 'ev - pv_at_es; project currency; positive: done out of sequence, at risk of rework; negative: held back by a constraint or impediment; 0 in the planned order; null where pv_at_es is.';
comment on column work_package_sequence.reason is 'Why figures of the row are null; null where there is nothing to say.';
