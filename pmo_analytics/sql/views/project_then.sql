-- The register as known when a portfolio reported: one row per project and status date of its portfolio. A project that reports
-- is as known in the load that first brought its report; one that does not, in the load that first brought any for the date. A project closed in the
-- register was still active at those of its reports that came with a later one of its own.
-- narrowed by: project
-- ordered by: project_id
create or replace macro project_then_at(known_at) as table
    with own as (
        select
            project_id,
            status_date,
            first_load,
            row_number() over (
                partition by project_id, status_date
                order by case when table_name = 'project_status' then 0 else 1 end, reported_on desc
            ) as place
        from report_received(known_at)
        where is_counted
    ),

    placed as (
        select
            o.status_date,
            o.project_id,
            o.first_load,
            true as is_reporting
        from own as o
        where o.place = 1

        union all

        select
            c.status_date,
            v.project_id,
            c.first_load,
            false as is_reporting
        from status_calendar(known_at) as c
        inner join project_version(known_at) as v
            on c.portfolio_id = v.portfolio_id and c.first_load >= v.known_from and c.first_load < v.known_to
        left join own as o on c.status_date = o.status_date and v.project_id = o.project_id and o.place = 1
        where o.project_id is null
    ),

    dated as (
        select
            p.status_date,
            p.is_reporting,
            v.project_id,
            v.name,
            v.programme_id,
            v.portfolio_id,
            v.business_unit,
            v.category,
            v.methodology,
            v.sponsor,
            v.manager,
            case
                when
                    v.lifecycle in ('closed', 'cancelled') and p.is_reporting
                    and p.status_date < max(case when p.is_reporting then p.status_date end)
                        over (partition by p.project_id, p.first_load)
                    then 'active'
                else v.lifecycle
            end as lifecycle,
            v.stage,
            v.is_mandatory,
            v.deadline,
            v.currency,
            v.value,
            v.risk_score,
            lag(v.name) over reports as name_before,
            lag(v.currency) over reports as currency_before,
            lag(v.lifecycle) over reports as lifecycle_before
        from placed as p
        inner join project_version(known_at) as v
            on p.project_id = v.project_id and p.first_load >= v.known_from and p.first_load < v.known_to
        window reports as (
            partition by v.project_id
            order by p.status_date
        )
    )

    select
        project_id,
        status_date,
        is_reporting,
        * exclude (project_id, status_date, is_reporting, name_before, currency_before, lifecycle_before),
        1 + count(
            case
                when
                    lower(trim(name)) <> lower(trim(name_before))
                    and (
                        currency <> currency_before
                        or (lifecycle_before in ('closed', 'cancelled') and lifecycle not in ('closed', 'cancelled'))
                    )
                    then 1
            end
        ) over (partition by project_id order by status_date) as holder_no
    from dated;

-- Kept as a table, so that the measures that stand on it need not make it each time: each load adds what changed.
create or replace table project_then_history (
    project_id varchar,
    status_date date,
    is_reporting boolean,
    name varchar,
    programme_id varchar,
    portfolio_id varchar,
    business_unit varchar,
    category varchar,
    methodology varchar,
    sponsor varchar,
    manager varchar,
    lifecycle varchar,
    stage varchar,
    is_mandatory boolean,
    deadline date,
    currency varchar,
    value decimal(18, 2),
    risk_score decimal(12, 4),
    holder_no integer,
    load_from integer,
    load_to integer
);

create or replace macro project_then(known_at) as table
    select * exclude (load_from, load_to)
    from project_then_history
    where load_from <= known_at and load_to > known_at;

create or replace view project_then as select * from project_then(2147483646);

comment on view project_then is 'What the register said of each project when its portfolio reported; later changes of the register do not reach back. Source: house.';
comment on column project_then.project_id is 'Identifier of the project.';
comment on column project_then.status_date is 'Date the report of the portfolio is about.';
comment on column project_then.is_reporting is 'True where the project itself reports at the date.';
comment on column project_then.name is 'What the project was called then.';
comment on column project_then.programme_id is 'Programme it belonged to then.';
comment on column project_then.portfolio_id is 'Portfolio it belonged to then.';
comment on column project_then.business_unit is 'Business unit that owned it then.';
comment on column project_then.category is 'Kind of project.';
comment on column project_then.methodology is 'Delivery method.';
comment on column project_then.sponsor is 'Person who answered for the business case then.';
comment on column project_then.manager is 'Project manager then.';
comment on column project_then.lifecycle is 'Where it stood then: pipeline, active, paused, closed or cancelled; active, not yet closed, where a later report of the project came in the same load.';
comment on column project_then.stage is 'Management stage it was in then.';
comment on column project_then.is_mandatory is 'True if it had to be done.';
comment on column project_then.deadline is 'Date by which it had to finish for outside reasons.';
comment on column project_then.currency is 'Currency of the money it reported then.';
comment on column project_then.value is 'Worth when projects are chosen, in its currency.';
comment on column project_then.risk_score is 'Overall risk on the scale of the PMO.';
comment on column project_then.holder_no is 'Which project holds the identifier, from 1: it counts on where the name changes and with it the currency, or a closed project is open again under it.';
