-- How often and since when a project declares a better status than its figures give: one row per project and status date, over its
-- reports up to that date. House measure over view rag_status.
-- narrowed by: project
-- ordered by: watermelon_reports desc, project_id
create or replace macro rag_agreement(known_at) as table
    with counted as (
        select
            project_id,
            status_date,
            declared,
            computed,
            agreement,
            is_watermelon,
            count(agreement) over reports as reports_compared,
            count(case when agreement <> 'agrees' then 1 end) over reports as reports_disagreeing,
            count(case when is_watermelon then 1 end) over reports as reports_declared_better,
            count(case when not coalesce(is_watermelon, false) then 1 end) over reports as run_no
        from rag_status(known_at)
        window reports as (partition by project_id order by status_date)
    )

    select
        project_id,
        status_date,
        declared,
        computed,
        agreement,
        is_watermelon,
        reports_compared,
        reports_disagreeing,
        reports_declared_better,
        cast(reports_disagreeing as double) / nullif(reports_compared, 0) as disagreement_ratio,
        case
            when is_watermelon
                then min(case when is_watermelon then status_date end) over (partition by project_id, run_no)
        end as watermelon_since,
        case
            when is_watermelon
                then count(case when is_watermelon then 1 end) over (
                    partition by project_id, run_no
                    order by status_date
                )
            else 0
        end as watermelon_reports,
        case when reports_compared = 0 then 'no report has both a declared and a computed status' end as reason
    from counted;

create or replace view rag_agreement as select * from rag_agreement(2147483646);

comment on view rag_agreement is 'History of disagreement between the declared and the computed status of a project. Source: house measure over rag_status.';
comment on column rag_agreement.project_id is 'Project that reports.';
comment on column rag_agreement.status_date is 'Date of the report; counts run up to it.';
comment on column rag_agreement.declared is 'Status declared.';
comment on column rag_agreement.computed is 'Status computed.';
comment on column rag_agreement.agreement is 'agrees, declared better or declared worse; null where not compared.';
comment on column rag_agreement.is_watermelon is 'True where the declared status is better than the computed one; null where not compared.';
comment on column rag_agreement.reports_compared is 'Reports so far with both a declared and a computed status; a count.';
comment on column rag_agreement.reports_disagreeing is 'Of these, reports in which the two disagree either way; a count, lower is better.';
comment on column rag_agreement.reports_declared_better is 'Of these, reports in which the declared status is better; a count, lower is better.';
comment on column rag_agreement.disagreement_ratio is 'Reports disagreeing over reports compared; a fraction, lower is better; null where none is compared.';
comment on column rag_agreement.watermelon_since is 'First report of the present unbroken run of better declared than computed; null where there is none now.';
comment on column rag_agreement.watermelon_reports is 'Reports in that run so far; a count, 0 where there is none now.';
comment on column rag_agreement.reason is 'Why disagreement_ratio is null; null where it is not.';
