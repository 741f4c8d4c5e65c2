-- How early the cost performance index settled: one row per project and status date with a CPI, judged by the reports up to it.
-- Measured, not assumed: the rule of Christensen and Payne (stable from 20 per cent) does not hold generally (Henderson and Zwikael, 2008).
-- narrowed by: project
-- ordered by: project_id
create or replace macro cpi_stability(known_at) as table
    with indexed as (
        select
            portfolio_id,
            business_unit,
            project_id,
            name,
            status_date,
            cpi,
            earned_share,
            ev >= bac as is_final
        from earned_value(known_at)
        where cpi is not null and earned_share is not null
    ),

    compared as (
        select
            f.project_id,
            f.status_date,
            max(case when abs(e.cpi - f.cpi) > 0.10 + 1e-9 then e.status_date end) as last_unstable,
            count(*) as reports
        from indexed as f
        inner join indexed as e on f.project_id = e.project_id and f.status_date >= e.status_date
        group by f.project_id, f.status_date
    ),

    settled as (
        select
            c.project_id,
            c.status_date,
            c.reports,
            min(e.status_date) as stable_since,
            arg_min(e.earned_share, e.status_date) as stable_from
        from compared as c
        inner join indexed as e
            on
                c.project_id = e.project_id and c.status_date >= e.status_date
                and (c.last_unstable is null or c.last_unstable < e.status_date)
        group by c.project_id, c.status_date, c.reports
    )

    select
        f.portfolio_id,
        f.business_unit,
        f.project_id,
        f.name,
        f.status_date,
        f.cpi as compared_cpi,
        f.earned_share as compared_share,
        s.reports,
        s.stable_since,
        s.stable_from,
        f.is_final,
        case when not f.is_final then 'work is left: compared with today''s CPI, not the final one' end as reason
    from indexed as f
    inner join settled as s on f.project_id = s.project_id and f.status_date = s.status_date;

create or replace view cpi_stability as select * from cpi_stability(2147483646);

comment on view cpi_stability is 'From which share of the work on the CPI stayed within 0.10 of its last value. Source: the stability rule of Christensen and Payne, tested by Henderson and Zwikael (2008) and found not to hold generally; hence measured here.';
comment on column cpi_stability.portfolio_id is 'Portfolio the project belongs to.';
comment on column cpi_stability.business_unit is 'Business unit that owns the project.';
comment on column cpi_stability.project_id is 'Project that reports.';
comment on column cpi_stability.name is 'Name of the project.';
comment on column cpi_stability.status_date is 'Date of the report whose CPI the earlier ones are compared with.';
comment on column cpi_stability.compared_cpi is 'Cost performance index at the status date, EV / AC; 1 is on cost, higher is better.';
comment on column cpi_stability.compared_share is 'Share of the work done at the status date, EV / BAC; a fraction.';
comment on column cpi_stability.reports is 'Reports with a CPI up to the status date; a count.';
comment on column cpi_stability.stable_since is 'First status date from which every CPI lies within 0.10 of the one at the status date.';
comment on column cpi_stability.stable_from is 'Share of the work done, EV / BAC, at stable_since; a fraction, lower is better: forecasts can be trusted from there.';
comment on column cpi_stability.is_final is 'True where all work is earned, so that the CPI is the final one.';
comment on column cpi_stability.reason is 'What limits the figure, in words; null where there is nothing to say.';
