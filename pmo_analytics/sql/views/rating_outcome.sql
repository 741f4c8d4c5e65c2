-- What followed each rating: one row per project, status date of its reports and horizon. A rating is read as a forecast and compared
-- with the later report of the same project: the next of its portfolio, the first 335 to 550 days on (11 to 18 months: yearly reports have
-- moved by half a year), or its last before it left or finished. Over 10% dearer is beyond the low band of the US IT Dashboard; over six
-- months later is the house's own limit. What is not yet observed, and what cannot be compared, is unknown and says why; a project that
-- has left is known to have left, but not what it would have cost, so that growth and slip are those of projects that stayed.
-- narrowed by: project
-- ordered by: project_id, horizon
create or replace macro rating_outcome(known_at) as table
    with reported as (
        select
            p.portfolio_id,
            s.project_id,
            p.holder_no,
            s.status_date,
            s.rag as declared,
            r.computed,
            s.forecast_cost,
            coalesce(p.currency, '') as currency,
            coalesce(s.price_base, '') as price_base,
            s.forecast_finish,
            r.is_finished,
            max(s.status_date) over (partition by s.project_id, p.holder_no) as last_report
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        inner join rag_status(known_at) as r on s.project_id = r.project_id and s.status_date = r.status_date
    ),

    scale as (
        select
            portfolio_id,
            status_date,
            bool_or(is_five_point) as is_five_point,
            lead(status_date) over (partition by portfolio_id order by status_date) as next_report
        from rating_count(known_at)
        where business_unit is null
        group by portfolio_id, status_date
    ),

    year_on as (
        select
            s.portfolio_id,
            s.status_date,
            min(l.status_date) as year_report
        from scale as s
        inner join scale as l
            on s.portfolio_id = l.portfolio_id and date_diff('day', s.status_date, l.status_date) between 335 and 550
        group by s.portfolio_id, s.status_date
    ),

    dated as (
        select
            r.*,
            s.is_five_point,
            s.next_report,
            y.year_report,
            coalesce(e.next_report, case when l.is_finished then r.last_report end) as ended_on
        from reported as r
        inner join scale as s on r.portfolio_id = s.portfolio_id and r.status_date = s.status_date
        inner join scale as e on r.portfolio_id = e.portfolio_id and r.last_report = e.status_date
        inner join reported as l on r.project_id = l.project_id and r.holder_no = l.holder_no and r.last_report = l.status_date
        left join year_on as y on r.portfolio_id = y.portfolio_id and r.status_date = y.status_date
    ),

    asked as (
        select
            d.*,
            'next' as horizon,
            next_report as compared_with,
            next_report as known_on
        from dated as d

        union all

        select
            d.*,
            'year' as horizon,
            year_report as compared_with,
            year_report as known_on
        from dated as d

        union all

        select
            d.*,
            'end' as horizon,
            case when ended_on is not null and last_report > status_date then last_report end as compared_with,
            case when last_report > status_date then ended_on end as known_on
        from dated as d
    ),

    paired as (
        select
            a.project_id,
            a.status_date,
            a.horizon,
            a.declared,
            a.computed,
            a.is_five_point,
            a.compared_with,
            a.known_on,
            l.declared as later_declared,
            l.computed as later_computed,
            l.is_five_point as later_is_five_point,
            case when not a.is_finished and a.horizon <> 'end' and a.compared_with is not null then l.project_id is null end as has_left,
            cast(l.forecast_cost as double) / nullif(a.forecast_cost, 0) as cost_ratio,
            date_diff('day', a.forecast_finish, l.forecast_finish) as days,
            l.forecast_finish > a.forecast_finish + interval 6 month as is_over,
            case
                when a.is_finished then 'finished at this report'
                when a.compared_with is null and a.horizon = 'next' then 'no later report yet'
                when a.compared_with is null and a.horizon = 'year' then 'no report of the portfolio 11 to 18 months later'
                when a.compared_with is null and a.last_report = a.status_date then 'no later report of the project'
                when a.compared_with is null then 'still reporting'
                when l.project_id is null then 'left before'
            end as unobserved,
            case
                when a.forecast_cost is null then 'no cost in this report'
                when l.forecast_cost is null then 'no cost in the later report'
                when a.forecast_cost <= 0 then 'no cost above zero in this report'
                when a.currency <> l.currency then 'in another currency later'
                when a.price_base <> l.price_base then 'in other prices later'
                when cast(l.forecast_cost as double) / a.forecast_cost not between 0.1 and 10 then 'another scope or unit later'
            end as uncosted,
            case
                when a.forecast_finish is null then 'no finish in this report'
                when l.forecast_finish is null then 'no finish in the later report'
                when abs(date_diff('day', a.forecast_finish, l.forecast_finish)) > 3653 then 'the date means something else later'
            end as undated
        from asked as a
        left join dated as l
            on a.project_id = l.project_id and a.holder_no = l.holder_no and a.compared_with = l.status_date
    )

    select
        project_id,
        status_date,
        horizon,
        declared,
        computed,
        is_five_point,
        compared_with,
        known_on,
        later_declared,
        later_computed,
        later_is_five_point,
        case when coalesce(unobserved, uncosted) is null then cost_ratio - 1 end as cost_growth_ratio,
        case when coalesce(unobserved, uncosted) is null then cost_ratio > 1.1 + 1e-9 end as is_dearer,
        coalesce(unobserved, uncosted) as dearer_reason,
        case when coalesce(unobserved, undated) is null then days end as slip_days,
        case when coalesce(unobserved, undated) is null then is_over end as is_later,
        coalesce(unobserved, undated) as later_reason,
        has_left,
        case
            when has_left is not null then null
            when horizon = 'end' then 'every project leaves in the end'
            else unobserved
        end as reason
    from paired;

create or replace view rating_outcome as select * from rating_outcome(2147483646);

comment on view rating_outcome is
'What followed each rating: dearer by over 10%, later by over six months, or gone, by the next report, in a year and in the end. Source: house measure; bands of the US IT Dashboard for 10%.';
comment on column rating_outcome.project_id is 'Project that reports.';
comment on column rating_outcome.status_date is 'Date of the report whose rating is judged.';
comment on column rating_outcome.horizon is
'next: the next report of the portfolio; year: its first report 335 to 550 days later; end: the last report of the project before it left or once it finished.';
comment on column rating_outcome.declared is 'Status declared: green, amber_green, amber, amber_red or red; null where none.';
comment on column rating_outcome.computed is 'Status by the figures: green, amber or red; null where not computed.';
comment on column rating_outcome.is_five_point is 'True where the portfolio declared on the five-point scale at the date; computed is always on three.';
comment on column rating_outcome.compared_with is 'Date of the report that tells what followed; null where there is none yet.';
comment on column rating_outcome.known_on is
'Status date from which what followed is known: compared_with, or in the end the first report without the project; a page of an earlier date must not use it.';
comment on column rating_outcome.later_declared is 'Status declared in that report; null where none, or the project has left.';
comment on column rating_outcome.later_computed is 'Status by the figures in that report.';
comment on column rating_outcome.later_is_five_point is 'True where that report is on the five-point scale; null without one.';
comment on column rating_outcome.cost_growth_ratio is
'Forecast cost in that report over the forecast cost in this one, less 1; a fraction, positive is dearer; null as dearer_reason says.';
comment on column rating_outcome.is_dearer is 'True where the cost grew by over 10%; false is better; null as dearer_reason says.';
comment on column rating_outcome.dearer_reason is
'Why is_dearer is null: not observed, no cost, another currency or price base, or more than ten times or less than a tenth; null where it is not.';
comment on column rating_outcome.slip_days is 'Calendar days by which the forecast finish had moved by that report; positive is later; null as later_reason says.';
comment on column rating_outcome.is_later is 'True where the forecast finish moved by over six months; false is better; null as later_reason says.';
comment on column rating_outcome.later_reason is
'Why is_later is null: not observed, no finish, or a date that moved by over ten years; null where it is not.';
comment on column rating_outcome.has_left is 'True where the project no longer reports at that date, for good or ill; null in the end, and as reason says.';
comment on column rating_outcome.reason is 'Why has_left is null; null where it is not.';
