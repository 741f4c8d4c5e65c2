-- How ratings are shared out: one row per portfolio, status date and rating ('unrated' where none was declared), for each
-- business unit and for all together (business_unit null).
-- narrowed by: unit
-- ordered by: rag
create or replace macro rating_count(known_at) as table
    with counted as (
        select
            p.portfolio_id,
            case
                when grouping(p.business_unit) = 1 then null else coalesce(p.business_unit, 'no unit stated')
            end as business_unit,
            s.status_date,
            coalesce(s.rag, 'unrated') as rag,
            count(*) as projects
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        group by grouping sets (
            (p.portfolio_id, s.status_date, s.rag), (p.portfolio_id, s.status_date, s.rag, p.business_unit)
        )
    )

    select
        portfolio_id,
        business_unit,
        status_date,
        rag,
        projects,
        cast(projects as double) / sum(projects) over (partition by portfolio_id, business_unit, status_date) as share,
        max(case when rag in ('amber_green', 'amber_red') then 1 else 0 end)
            over (partition by portfolio_id, status_date)
        = 1 as is_five_point
    from counted;

create or replace view rating_count as select * from rating_count(2147483646);

comment on view rating_count is
'How many projects of a portfolio or unit carry each rating at a date. Source: UK delivery confidence assessment, five points to 2021, three since.';
comment on column rating_count.portfolio_id is 'Portfolio the figures are about.';
comment on column rating_count.business_unit is 'Business unit the figures are about; null for all units together.';
comment on column rating_count.status_date is 'Date the report is about.';
comment on column rating_count.rag is 'Rating declared: green, amber_green, amber, amber_red, red, or unrated.';
comment on column rating_count.projects is 'Projects with this rating.';
comment on column rating_count.share is 'These over all projects that report at the date; a fraction.';
comment on column rating_count.is_five_point is 'True where the portfolio used the five-point scale at the date.';
