-- How closely the work follows the planned order: one row per project and status date that reports work packages.
-- P = sum of min(PV at ES, EV) / sum of PV at ES over the packages. Source: Lipke, Schedule Adherence (2008).
-- narrowed by: project
-- ordered by: project_id
create or replace macro schedule_adherence(known_at) as table
    with summed as (
        select
            project_id,
            status_date,
            count(*) as work_packages,
            case when count(ev) = count(*) then sum(ev) end as ev,
            case when count(pv_at_es) = count(*) then sum(pv_at_es) end as pv_at_es,
            case when count(pv_at_es) = count(*) then sum(least(pv_at_es, ev)) end as in_sequence,
            min(reason) as reason
        from work_package_sequence(known_at)
        group by project_id, status_date
    )

    select
        project_id,
        status_date,
        work_packages,
        ev,
        pv_at_es,
        in_sequence / nullif(pv_at_es, 0) as p_factor,
        ev - in_sequence as out_of_sequence,
        reason
    from summed;

create or replace view schedule_adherence as select * from schedule_adherence(2147483646);

comment on view schedule_adherence is 'Share of the work earned in the planned order (the p-factor). Source: Lipke, Schedule Adherence (2008). Needs work packages reported at most status dates; see work_package_sequence for how their plan is read.';
comment on column schedule_adherence.project_id is 'Project that reports.';
comment on column schedule_adherence.status_date is 'Date the report is about.';
comment on column schedule_adherence.work_packages is 'Work packages in the report; a count.';
comment on column schedule_adherence.ev is 'Sum of the packages'' earned value; project currency; null where one reports none.';
comment on column schedule_adherence.pv_at_es is 'Sum of the packages'' planned value at the time ES; project currency; equals ev by the definition of ES; null where that of one is not known.';
comment on column schedule_adherence.p_factor is 'P-factor, sum of min(PV at ES, EV) / sum of PV at ES; 0 to 1, higher is better, 1 is in the planned order and is reached at completion; null while nothing is earned, and where the plan of a package at the time ES is not known.';
comment on column schedule_adherence.out_of_sequence is 'Earned value outside the planned order, at risk of rework; project currency, lower is better; null where pv_at_es is.';
comment on column schedule_adherence.reason is 'Why figures of the row are null; null where there is nothing to say.';
