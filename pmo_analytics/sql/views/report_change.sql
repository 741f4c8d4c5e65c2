-- What changed since the previous report: one row per project and status date of its portfolio, with a row for a project
-- that left. Ratings given on the five- and on the three-point scale are ordered only where every reading of the scales
-- agrees: three-point green may have been green or amber/green, amber anything between amber/green and amber/red, red
-- amber/red or red.
-- narrowed by: project
-- ordered by: name, project_id
create or replace macro report_change(known_at) as table
    with reported as (
        select
            p.portfolio_id,
            s.project_id,
            p.name,
            p.business_unit,
            p.category,
            p.currency,
            p.sponsor,
            p.holder_no,
            s.status_date,
            s.rag,
            s.forecast_finish,
            s.forecast_cost,
            s.price_base
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
    ),

    scale as (
        select
            portfolio_id,
            status_date,
            max(case when rag in ('amber_green', 'amber_red') then 1 else 0 end) as is_five_point,
            lag(status_date) over (partition by portfolio_id order by status_date) as previous_status_date
        from reported
        group by portfolio_id, status_date
    ),

    ranked as (
        select
            r.portfolio_id,
            r.project_id,
            r.name,
            r.business_unit,
            r.category,
            r.currency,
            r.sponsor,
            r.holder_no,
            r.status_date,
            r.rag,
            r.forecast_finish,
            r.forecast_cost,
            r.price_base,
            case
                when r.rag = 'green' then 1
                when r.rag = 'amber_green' then 2
                when r.rag = 'amber' then case when c.is_five_point = 1 then 3 else 2 end
                when r.rag = 'amber_red' then 4
                when r.rag = 'red' then case when c.is_five_point = 1 then 5 else 4 end
            end as best_rank,
            case
                when r.rag = 'green' then case when c.is_five_point = 1 then 1 else 2 end
                when r.rag = 'amber_green' then 2
                when r.rag = 'amber' then case when c.is_five_point = 1 then 3 else 4 end
                when r.rag = 'amber_red' then 4
                when r.rag = 'red' then 5
            end as worst_rank,
            c.is_five_point,
            c.previous_status_date,
            first_value(r.forecast_finish ignore nulls) over reports as first_forecast_finish,
            first_value(r.forecast_cost ignore nulls) over costs as first_forecast_cost,
            lag(r.forecast_finish ignore nulls) over reports as last_finish,
            lag(r.forecast_cost ignore nulls) over costs as last_cost,
            min(r.status_date) over (partition by r.portfolio_id, r.project_id, r.holder_no) as first_status_date
        from reported as r
        inner join scale as c on r.portfolio_id = c.portfolio_id and r.status_date = c.status_date
        window
            reports as (
                partition by r.portfolio_id, r.project_id, r.holder_no
                order by r.status_date
                rows between unbounded preceding and current row
            ),
            costs as (
                partition by r.portfolio_id, r.project_id, r.holder_no, r.currency, r.price_base
                order by r.status_date
                rows between unbounded preceding and current row
            )
    ),

    comparable as (
        select
            *,
            bool_or(coalesce(abs(date_diff('day', last_finish, forecast_finish)) > 3653, false)) over (
                partition by portfolio_id, project_id, holder_no
                order by status_date
            ) as is_date_other,
            bool_or(coalesce(cast(forecast_cost as double) / nullif(last_cost, 0) not between 0.1 and 10, false)) over (
                partition by portfolio_id, project_id, holder_no, currency, price_base
                order by status_date
            ) as is_scope_other
        from ranked
    ),

    paired as (
        select
            n.portfolio_id,
            n.project_id,
            n.name,
            n.business_unit,
            n.category,
            n.currency,
            n.sponsor,
            n.status_date,
            n.previous_status_date,
            n.rag,
            o.rag as previous_rag,
            n.forecast_finish,
            o.forecast_finish as previous_forecast_finish,
            n.first_forecast_finish,
            n.forecast_cost,
            n.price_base,
            o.price_base as previous_price_base,
            case
                when coalesce(n.currency, '') = coalesce(o.currency, '') and coalesce(n.price_base, '') = coalesce(o.price_base, '')
                    then o.forecast_cost
            end as previous_forecast_cost,
            coalesce(n.price_base, '') <> coalesce(o.price_base, '') and n.forecast_cost is not null and o.forecast_cost is not null
                as is_price_base_changed,
            n.first_forecast_cost,
            n.is_date_other,
            n.is_scope_other,
            case
                when n.previous_status_date is null then 'first report'
                when o.project_id is null and n.first_status_date < n.status_date then 'returned'
                when o.project_id is null then 'entered'
                when n.rag is null or o.rag is null then 'not rated'
                when n.is_five_point = o.is_five_point and n.rag = o.rag then 'unchanged'
                when n.is_five_point = o.is_five_point and n.best_rank < o.best_rank then 'improved'
                when n.is_five_point = o.is_five_point then 'worsened'
                when n.worst_rank < o.best_rank then 'improved'
                when n.best_rank > o.worst_rank then 'worsened'
                else 'scale changed'
            end as movement
        from comparable as n
        left join comparable as o
            on
                n.portfolio_id = o.portfolio_id and n.project_id = o.project_id and n.holder_no = o.holder_no
                and n.previous_status_date = o.status_date

        union all

        select
            o.portfolio_id,
            o.project_id,
            o.name,
            o.business_unit,
            o.category,
            o.currency,
            o.sponsor,
            c.status_date,
            c.previous_status_date,
            null as rag,
            o.rag as previous_rag,
            null as forecast_finish,
            o.forecast_finish as previous_forecast_finish,
            o.first_forecast_finish,
            null as forecast_cost,
            null as price_base,
            o.price_base as previous_price_base,
            o.forecast_cost as previous_forecast_cost,
            false as is_price_base_changed,
            o.first_forecast_cost,
            o.is_date_other,
            o.is_scope_other,
            'left' as movement
        from scale as c
        inner join comparable as o on c.portfolio_id = o.portfolio_id and c.previous_status_date = o.status_date
        left join comparable as n
            on o.portfolio_id = n.portfolio_id and o.project_id = n.project_id and c.status_date = n.status_date
        where n.project_id is null
    )

    select
        portfolio_id,
        project_id,
        name,
        business_unit,
        category,
        currency,
        sponsor,
        status_date,
        previous_status_date,
        movement,
        rag,
        previous_rag,
        forecast_finish,
        previous_forecast_finish,
        first_forecast_finish,
        date_diff('day', previous_forecast_finish, forecast_finish) as drift_days,
        case when not is_date_other then date_diff('day', first_forecast_finish, forecast_finish) end as slip_first_days,
        coalesce(abs(date_diff('day', previous_forecast_finish, forecast_finish)) > 3653, false) as is_date_redefined,
        forecast_cost,
        previous_forecast_cost,
        first_forecast_cost,
        price_base,
        previous_price_base,
        is_price_base_changed,
        forecast_cost - previous_forecast_cost as cost_growth,
        cast(forecast_cost as double) / nullif(previous_forecast_cost, 0) - 1 as cost_growth_ratio,
        case when not is_scope_other then cast(forecast_cost as double) / nullif(first_forecast_cost, 0) - 1 end as cost_growth_first_ratio,
        coalesce(
            cast(forecast_cost as double) / nullif(previous_forecast_cost, 0) not between 0.1 and 10, false
        ) as is_scope_change
    from paired;

create or replace view report_change as select * from report_change(2147483646);

comment on view report_change is
'What changed since the previous report of the portfolio, project by project; a project that left has a row too.';
comment on column report_change.portfolio_id is 'Portfolio the project belongs to.';
comment on column report_change.project_id is 'Project that reports, or that left.';
comment on column report_change.name is 'Name of the project.';
comment on column report_change.business_unit is 'Business unit or department that owns the project.';
comment on column report_change.category is 'Kind of project.';
comment on column report_change.currency is 'Currency of the money columns.';
comment on column report_change.sponsor is 'Sponsor or senior responsible owner, where stated.';
comment on column report_change.status_date is 'Date the report is about.';
comment on column report_change.previous_status_date is 'Date of the portfolio report before; null for the first.';
comment on column report_change.movement is
'first report, entered (also under the identifier of an earlier project), returned, left, improved, worsened, unchanged, not rated, or scale changed: rated on two scales whose order is open.';
comment on column report_change.rag is 'Delivery status declared now; null where none was, or the project left.';
comment on column report_change.previous_rag is 'Delivery status declared in the previous report.';
comment on column report_change.forecast_finish is 'Finish date forecast now.';
comment on column report_change.previous_forecast_finish is 'Finish date forecast in the previous report.';
comment on column report_change.first_forecast_finish is 'Finish date in the first report that had one.';
comment on column report_change.drift_days is
'Calendar days by which the forecast finish moved since the previous report; positive is later; null unless both are known.';
comment on column report_change.slip_first_days is
'Calendar days by which the forecast finish moved since the first report that had one; positive is later; null once it was redefined.';
comment on column report_change.is_date_redefined is
'True where the finish moved by more than ten years in one report: the date means something else now, such as end of service; kept out of rankings of slip.';
comment on column report_change.forecast_cost is 'Whole-life cost forecast now, in the project currency.';
comment on column report_change.previous_forecast_cost is 'Whole-life cost forecast in the previous report; null where it was in another currency or in other prices.';
comment on column report_change.first_forecast_cost is 'Whole-life cost in the first report that had one in this currency and these prices.';
comment on column report_change.price_base is
'Prices in which the cost is stated now: those of a year, or nominal; null where not said.';
comment on column report_change.previous_price_base is 'Prices in which the cost of the previous report was stated; null where not said.';
comment on column report_change.is_price_base_changed is
'True where both reports state a cost, in different prices or one without saying in which: no growth is computed.';
comment on column report_change.cost_growth is
'Forecast cost now less the previous one, in the project currency; positive is dearer.';
comment on column report_change.cost_growth_ratio is
'Forecast cost now over the previous one, less 1; a fraction, positive is dearer; null where the previous is zero or unknown.';
comment on column report_change.cost_growth_first_ratio is
'Forecast cost now over the first known, less 1; a fraction, positive is dearer; null once scope or unit changed.';
comment on column report_change.is_scope_change is
'True where the cost moved to more than ten times or less than a tenth: a change of scope or of unit, kept out of sums of growth.';
