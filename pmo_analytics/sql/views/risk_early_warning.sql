-- Early warnings from the risk register: one row per project, status date, warning and risk (risk_id null where the warning is
-- about the whole register). Warnings are house rules over the register that PRINCE2 and ISO 31000 ask for.
-- narrowed by: project
-- ordered by: amount desc nulls last, project_id, warning, risk_id
create or replace macro risk_early_warning(known_at) as table
    with exposed as (
        select
            project_id,
            status_date,
            exposure,
            lag(exposure, 1) over reports as exposure_1,
            lag(exposure, 2) over reports as exposure_2
        from risk_exposure(known_at)
        window reports as (partition by project_id order by status_date)
    ),

    occurrence as (
        select
            r.project_id,
            r.risk_id,
            min(r.status_date) as occurred_on
        from risk_report(known_at) as r
        where r.state = 'occurred' and coalesce(r.kind, 'threat') = 'threat'
        group by r.project_id, r.risk_id
    ),

    forecast_before as (
        select
            o.project_id,
            o.risk_id,
            o.occurred_on,
            arg_max(s.forecast_cost, s.status_date) as forecast_cost
        from occurrence as o
        inner join status_report(known_at) as s on o.project_id = s.project_id and o.occurred_on > s.status_date
        where s.forecast_cost is not null
        group by o.project_id, o.risk_id, o.occurred_on
    ),

    struck as (
        select
            r.project_id,
            r.status_date,
            r.risk_id,
            r.title,
            r.owner,
            r.impact_cost,
            n.forecast_cost - f.forecast_cost as forecast_growth
        from risk_report(known_at) as r
        inner join forecast_before as f on r.project_id = f.project_id and r.risk_id = f.risk_id and r.status_date >= f.occurred_on
        inner join status_report(known_at) as n on r.project_id = n.project_id and r.status_date = n.status_date
        where r.state = 'occurred' and coalesce(r.kind, 'threat') = 'threat'
    )

    select
        project_id,
        status_date,
        'rising exposure' as warning,
        null as risk_id,
        null as title,
        null as owner,
        null as due_on,
        exposure - exposure_2 as amount,
        'the exposure rose in each of the last two reports, over three reports' as detail
    from exposed
    where exposure > exposure_1 + 1e-9 and exposure_1 > exposure_2 + 1e-9

    union all

    select
        a.project_id,
        a.status_date,
        case when a.days_to_proximity < 0 then 'proximity passed' else 'near without response' end as warning,
        a.risk_id,
        a.title,
        a.owner,
        a.proximity_date as due_on,
        r.probability * r.impact_cost as amount,
        case
            when a.days_to_proximity < 0
                then
                    'the threat is still open ' || -a.days_to_proximity
                    || case when a.days_to_proximity = -1 then ' day' else ' days' end || ' after the date on which it might strike'
            else
                'the threat may strike in ' || a.days_to_proximity
                || case when a.days_to_proximity = 1 then ' day' else ' days' end || ' and no response is planned'
        end as detail
    from risk_ageing(known_at) as a
    inner join risk_report(known_at) as r on a.project_id = r.project_id and a.risk_id = r.risk_id and a.status_date = r.status_date
    where
        coalesce(r.kind, 'threat') = 'threat'
        and (
            a.days_to_proximity < 0
            or (a.days_to_proximity <= 60 and lower(trim(coalesce(a.response, ''))) in ('', 'none', 'n/a', 'tbc', 'tbd'))
        )

    union all

    select
        project_id,
        status_date,
        'occurred, not in the forecast' as warning,
        risk_id,
        title,
        owner,
        null as due_on,
        impact_cost - greatest(0, forecast_growth) as amount,
        'the threat struck and the forecast cost has risen by less than its impact since' as detail
    from struck
    where forecast_growth < impact_cost - 1e-9

    union all

    select
        project_id,
        status_date,
        'not reviewed' as warning,
        risk_id,
        title,
        owner,
        null as due_on,
        null as amount,
        'nothing about the risk has changed over ' || reports_unchanged || ' reports' as detail
    from risk_ageing(known_at)
    where is_review_overdue;

create or replace view risk_early_warning as select * from risk_early_warning(2147483646);

comment on view risk_early_warning is
'What in the risk registers calls for attention before it shows in cost or time. Source: house rules, over PRINCE2 risk practice (proximity, response) and ISO 31000 (review).';
comment on column risk_early_warning.project_id is 'Project that carries the risk.';
comment on column risk_early_warning.status_date is 'Date the register is about.';
comment on column risk_early_warning.warning is
'rising exposure (over three reports), near without response (within 60 days), proximity passed, occurred, not in the forecast, or not reviewed (three reports the same).';
comment on column risk_early_warning.risk_id is 'Risk the warning is about; null for the whole register.';
comment on column risk_early_warning.title is 'What may happen; null for the whole register.';
comment on column risk_early_warning.owner is 'Person who answers for the risk; null where none is named.';
comment on column risk_early_warning.due_on is 'Date on which the risk may strike; null where the warning has no date.';
comment on column risk_early_warning.amount is
'Money behind the warning: rise of exposure over three reports, expected cost, or impact not covered by the rise of the forecast; project currency; null where there is none.';
comment on column risk_early_warning.detail is 'The rule that fired, in words.';
