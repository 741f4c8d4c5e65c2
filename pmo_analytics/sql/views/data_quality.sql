-- How complete and sound a project's report is: one row per project and status date. A column is expected of a project
-- when any project of its portfolio reports or withholds it at that date; a value withheld with a reason counts as given.
-- narrowed by: project
-- ordered by: score, missing desc, project_id
create or replace macro data_quality(known_at) as table
    with cell as (
        select
            s.project_id,
            s.status_date,
            s.reported_on,
            c.column_name,
            case c.column_name
                when 'rag' then s.rag is not null
                when 'forecast_cost' then s.forecast_cost is not null
                when 'forecast_finish' then s.forecast_finish is not null
                when 'start' then s.start is not null
                when 'pv' then s.pv is not null
                when 'ev' then s.ev is not null
                when 'ac' then s.ac is not null
                when 'bac' then s.bac is not null
                when 'percent_complete' then s.percent_complete is not null
                when 'baseline_finish' then s.baseline_finish is not null
            end as is_reported
        from status_report(known_at) as s
        cross join (
            values ('rag'), ('forecast_cost'), ('forecast_finish'), ('start'), ('pv'), ('ev'), ('ac'), ('bac'),
            ('percent_complete'), ('baseline_finish')
        ) as c (column_name)
    ),

    judged as (
        select
            p.portfolio_id,
            c.project_id,
            c.status_date,
            c.reported_on,
            c.column_name,
            c.is_reported,
            w.column_name is not null as is_withheld,
            max(case when c.is_reported or w.column_name is not null then 1 else 0 end)
                over (partition by p.portfolio_id, c.status_date, c.column_name)
            = 1 as is_expected
        from cell as c
        inner join project_then(known_at) as p on c.project_id = p.project_id and c.status_date = p.status_date
        left join withheld(known_at) as w
            on c.project_id = w.project_id and c.reported_on = w.status_date and c.column_name = w.column_name
    ),

    warned as (
        select
            s.project_id,
            s.status_date,
            count(distinct f.rule || coalesce(f.column_name, '')) as warnings
        from project_status(known_at) as s
        inner join open_finding(known_at) as f
            on s.load_id <= f.load_id and s.file = f.file and s.sheet = f.sheet and s.row_number = f.row_number
        where f.severity = 'warning'
        group by s.project_id, s.status_date
    )

    select
        j.portfolio_id,
        j.project_id,
        j.status_date,
        count(case when j.is_expected then 1 end) as expected,
        count(case when j.is_expected and j.is_reported then 1 end) as reported,
        count(case when j.is_expected and j.is_withheld and not j.is_reported then 1 end) as withheld,
        count(case when j.is_expected and not j.is_withheld and not j.is_reported then 1 end) as missing,
        coalesce(max(w.warnings), 0) as warnings,
        greatest(
            0,
            cast(count(case when j.is_expected and (j.is_reported or j.is_withheld) then 1 end) as double)
            - coalesce(max(w.warnings), 0)
        ) / nullif(count(case when j.is_expected then 1 end), 0) as score
    from judged as j
    left join warned as w on j.project_id = w.project_id and j.reported_on = w.status_date
    group by j.portfolio_id, j.project_id, j.status_date;

create or replace view data_quality as select * from data_quality(2147483646);

comment on view data_quality is 'How complete and sound the report of a project is; stands beside each conclusion drawn from it.';
comment on column data_quality.portfolio_id is 'Portfolio the project belongs to.';
comment on column data_quality.project_id is 'Project that reports.';
comment on column data_quality.status_date is 'Date the report is about.';
comment on column data_quality.expected is 'Figures expected: those that any project of the portfolio gives at the date.';
comment on column data_quality.reported is 'Of these, figures given.';
comment on column data_quality.withheld is 'Of these, figures the owner declines to publish, with a reason.';
comment on column data_quality.missing is 'Of these, figures neither given nor withheld.';
comment on column data_quality.warnings is 'Warnings about the row of the report that are open.';
comment on column data_quality.score is
'Share of expected figures given or withheld with a reason, each warning taking one off; 0 to 1, higher is better; null where nothing is expected.';
