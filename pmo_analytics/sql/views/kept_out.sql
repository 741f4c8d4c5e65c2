-- Reports that were received, kept out, and have not come in otherwise since: one row per portfolio, status date and project.
-- A row kept out is of the date of the portfolio at which the date it states counts (see report_received), of its month or up to ten
-- days before where no report that came in states it; where it cannot be read, or the row is of the register, of the last date its
-- file or load brought. It is of the portfolio of its project; where no register knows that, of those its file or load brought.
-- narrowed by: project
-- ordered by: status_date, project_id
create or replace macro kept_out(known_at) as table
    with fault as (
        select distinct
            q.load_id,
            q.file,
            q.sheet,
            q.row_number,
            q.table_name,
            coalesce(
                trim(json_extract_string(q.row_json, '$.project_id')),
                'row ' || cast(q.row_number as varchar) || ' of ' || concat_ws(', ', q.file, nullif(q.sheet, ''))
            ) as project_id,
            json_extract_string(q.row_json, '$.status_date') as stated_date,
            case
                when q.table_name = 'project'
                    then coalesce(json_extract_string(q.row_json, '$.portfolio_id'), 'default')
            end as stated_portfolio,
            case when q.rule = 'unknown_project' then 'no register has it' else coalesce(q.column_name, q.rule) end as why
        from quarantine as q
        inner join open_finding(known_at) as f
            on q.load_id = f.load_id and q.file = f.file and q.sheet = f.sheet and q.row_number = f.row_number
        where f.severity = 'error' and q.table_name in ('project', 'project_status')
    ),

    report as (
        select
            r.portfolio_id,
            s.project_id,
            r.reported_on,
            r.status_date,
            s.load_id,
            s.file
        from project_status(known_at) as s
        inner join report_received(known_at) as r
            on r.table_name = 'project_status' and s.project_id = r.project_id and s.status_date = r.reported_on
    ),

    home as (
        select
            project_id,
            portfolio_id
        from project(known_at)
        union
        select
            project_id,
            stated_portfolio as portfolio_id
        from fault
        where
            stated_portfolio is not null
            and project_id not in (select p.project_id from project(known_at) as p)
    ),

    brought as (
        select
            f.load_id,
            f.file,
            r.portfolio_id,
            max(r.status_date) as last_date
        from (
            select distinct
                load_id,
                file
            from fault
        ) as f
        inner join report as r on f.load_id = r.load_id or f.file = r.file
        group by f.load_id, f.file, r.portfolio_id
    ),

    placed as (
        select
            f.*,
            coalesce(h.portfolio_id, b.portfolio_id) as portfolio_id,
            b.last_date
        from fault as f
        left join home as h on f.project_id = h.project_id
        left join brought as b
            on
                f.load_id = b.load_id and f.file = b.file
                and (h.portfolio_id is null or h.portfolio_id = b.portfolio_id)
    ),

    written as (
        select
            stated_date,
            [
                try_cast(stated_date as date),
                cast(try_strptime(stated_date, '%d/%m/%Y') as date),
                cast(try_strptime(stated_date, '%m/%d/%Y') as date),
                cast(try_strptime(stated_date, '%d.%m.%Y') as date),
                cast(try_strptime(stated_date, '%d-%m-%Y') as date),
                cast(try_strptime(stated_date, ['%d %b %Y', '%d-%b-%Y', '%d-%b-%y', '%d %B %Y', '%b %d, %Y']) as date)
            ] as dates
        from fault
        where table_name = 'project_status'
        group by stated_date
    ),

    calendar as (
        select distinct
            portfolio_id,
            reported_on,
            status_date
        from report
    ),

    near as (
        select
            w.stated_date,
            c.portfolio_id,
            max(c.status_date) as status_date
        from written as w
        inner join calendar as c
            on
                len(list_distinct(w.dates)) = 1
                and (
                    date_trunc('month', c.status_date) = date_trunc('month', list_max(w.dates))
                    or date_diff('day', c.status_date, list_max(w.dates)) between 0 and 10
                )
        left join portfolio(known_at) as f on c.portfolio_id = f.portfolio_id
        where coalesce(f.reporting_period, 'month') in ('month', 'quarter')
        group by w.stated_date, c.portfolio_id
    ),

    dated as (
        select
            p.portfolio_id,
            p.project_id,
            p.why,
            coalesce(
                c.status_date, n.status_date, case when coalesce(list_count(w.dates), 0) = 0 then p.last_date end
            ) as status_date
        from placed as p
        left join written as w on p.stated_date = w.stated_date and p.table_name = 'project_status'
        left join calendar as c on p.portfolio_id = c.portfolio_id and list_contains(w.dates, c.reported_on)
        left join near as n on p.portfolio_id = n.portfolio_id and w.stated_date = n.stated_date
    ),

    refused as (
        select
            project_id,
            why
        from fault
        where table_name = 'project'
    ),

    explained as (
        select
            d.portfolio_id,
            d.status_date,
            d.project_id,
            case when d.why = 'no register has it' then coalesce(r.why, d.why) else d.why end as why
        from dated as d
        left join refused as r on d.project_id = r.project_id
        where d.status_date is not null
    )

    select
        e.portfolio_id,
        e.status_date,
        e.project_id,
        string_agg(distinct e.why, ', ' order by e.why) as why
    from explained as e
    anti join report as r on e.project_id = r.project_id and e.status_date = r.status_date
    group by e.portfolio_id, e.status_date, e.project_id;

create or replace view kept_out as select * from kept_out(2147483646);

comment on view kept_out is 'Projects whose report for a date was received and kept out; a total of that date lacks them.';
comment on column kept_out.portfolio_id is 'Portfolio the project belongs to.';
comment on column kept_out.status_date is 'Date the report is about.';
comment on column kept_out.project_id is 'Project that is missing, or the row where it states none.';
comment on column kept_out.why is 'Columns at fault, in the report or in the register, or that no register has the project.';
