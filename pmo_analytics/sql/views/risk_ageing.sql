-- How old each open risk is and whether anybody looks at it: one row per project, open risk and status date. A risk whose
-- entry has not changed over three reports is overdue for review (house rule).
-- narrowed by: project
-- ordered by: reports_unchanged desc, days_open desc, project_id, risk_id
create or replace macro risk_ageing(known_at) as table
    with entry as (
        select
            project_id,
            risk_id,
            status_date,
            title,
            owner,
            response,
            coalesce(state, 'open') as state,
            raised_on,
            proximity_date,
            row(
                probability, impact_cost, impact_days, response, owner, state, proximity_date, residual_probability,
                residual_impact_cost
            ) as content
        from risk_report(known_at)
    ),

    compared as (
        select
            project_id,
            risk_id,
            status_date,
            title,
            owner,
            response,
            state,
            raised_on,
            proximity_date,
            min(status_date) over (partition by project_id, risk_id) as first_reported_on,
            content,
            lag(content) over (partition by project_id, risk_id order by status_date) as previous_content
        from entry
    ),

    run as (
        select
            project_id,
            risk_id,
            status_date,
            title,
            owner,
            response,
            state,
            raised_on,
            proximity_date,
            first_reported_on,
            count(case when content is distinct from previous_content then 1 end) over (
                partition by project_id, risk_id
                order by status_date
            ) as version_no
        from compared
    ),

    counted as (
        select
            project_id,
            risk_id,
            status_date,
            title,
            owner,
            response,
            state,
            coalesce(raised_on, first_reported_on) as open_since,
            proximity_date,
            row_number() over (partition by project_id, risk_id, version_no order by status_date) as reports_unchanged,
            min(status_date) over (partition by project_id, risk_id, version_no) as unchanged_since
        from run
    )

    select
        project_id,
        risk_id,
        status_date,
        title,
        owner,
        response,
        open_since,
        date_diff('day', open_since, status_date) as days_open,
        reports_unchanged,
        unchanged_since,
        reports_unchanged >= 3 as is_review_overdue,
        proximity_date,
        date_diff('day', status_date, proximity_date) as days_to_proximity
    from counted
    where state = 'open';

create or replace view risk_ageing as select * from risk_ageing(2147483646);

comment on view risk_ageing is
'Age of each open risk and how long its entry has stood unchanged. Source: ISO 31000 asks for monitoring and review; the three reports are a house rule.';
comment on column risk_ageing.project_id is 'Project that carries the risk.';
comment on column risk_ageing.risk_id is 'Identifier of the risk.';
comment on column risk_ageing.status_date is 'Date the register is about.';
comment on column risk_ageing.title is 'What may happen.';
comment on column risk_ageing.owner is 'Person who answers for the risk; null where none is named.';
comment on column risk_ageing.response is 'Planned response; null where none is stated.';
comment on column risk_ageing.open_since is 'Date the risk was raised; where not stated, its first report.';
comment on column risk_ageing.days_open is 'Calendar days from open_since to the status date; lower is better.';
comment on column risk_ageing.reports_unchanged is 'Reports in a row, this one included, in which nothing about the risk changed; a count from 1, lower is better.';
comment on column risk_ageing.unchanged_since is 'First of these reports.';
comment on column risk_ageing.is_review_overdue is 'True where the entry stands unchanged in three reports or more.';
comment on column risk_ageing.proximity_date is 'Date on which the risk may strike; null where not stated.';
comment on column risk_ageing.days_to_proximity is 'Calendar days from the status date to that date; negative where it has passed; null where not stated.';
