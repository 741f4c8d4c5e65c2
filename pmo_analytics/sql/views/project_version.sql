-- The register of projects as it stood from load to load: one row per project and version that was ever in force. A file that is
-- read again counts from the load that first brought its bytes, so that a better map or a right file sent anew mends what it said; a load taken back never said anything.
-- narrowed by: project
-- ordered by: project_id, known_from
create or replace macro project_version(known_at) as table
    with received as (
        select
            load_id,
            file,
            min(sha256) as sha256
        from load
        where load_id <= known_at
        group by load_id, file
    ),

    first_received as (
        select
            sha256,
            min(load_id) as load_id
        from received
        group by sha256
    ),

    taken_back as (
        select withdrawn_load_id as load_id
        from withdrawal
        where load_id <= known_at
        group by withdrawn_load_id
        having not arg_max(counts_again, load_id)
    ),

    stated as (
        select
            h.project_id,
            h.name,
            h.programme_id,
            h.portfolio_id,
            h.business_unit,
            h.category,
            h.methodology,
            h.sponsor,
            h.manager,
            h.lifecycle,
            h.stage,
            h.is_mandatory,
            h.deadline,
            h.currency,
            h.value,
            h.risk_score,
            h.load_from,
            least(coalesce(h.received_in, h.load_from), coalesce(f.load_id, h.load_from)) as known_from
        from project_history as h
        inner join project(known_at) as p on h.project_id = p.project_id
        left join received as r on coalesce(h.received_in, h.load_from) = r.load_id and h.file = r.file
        left join first_received as f on r.sha256 = f.sha256
        left join taken_back as w on coalesce(h.received_in, h.load_from) = w.load_id
        where h.load_from <= known_at and w.load_id is null
    ),

    ranged as (
        select
            *,
            coalesce(
                min(known_from) over (
                    partition by project_id
                    order by load_from
                    rows between 1 following and unbounded following
                ),
                2147483647
            ) as known_to
        from stated
    )

    select
        * exclude (load_from)
        replace (
            case when row_number() over (partition by project_id order by known_from) = 1 then 0 else known_from end
                as known_from
        )
    from ranged
    where known_from < known_to;

create or replace view project_version as select * from project_version(2147483646);

comment on view project_version is 'What the register said of each project, and in which loads that was what was known. Source: house.';
comment on column project_version.project_id is 'Identifier of the project.';
comment on column project_version.name is 'What the project was called.';
comment on column project_version.programme_id is 'Programme it belonged to.';
comment on column project_version.portfolio_id is 'Portfolio it belonged to.';
comment on column project_version.business_unit is 'Business unit that owned it.';
comment on column project_version.category is 'Kind of project.';
comment on column project_version.methodology is 'Delivery method.';
comment on column project_version.sponsor is 'Person who answered for the business case.';
comment on column project_version.manager is 'Project manager.';
comment on column project_version.lifecycle is 'pipeline, active, paused, closed or cancelled.';
comment on column project_version.stage is 'Management stage.';
comment on column project_version.is_mandatory is 'True if it had to be done.';
comment on column project_version.deadline is 'Date by which it had to finish for outside reasons.';
comment on column project_version.currency is 'Currency of all its money.';
comment on column project_version.value is 'Worth when projects are chosen, in its currency.';
comment on column project_version.risk_score is 'Overall risk on the scale of the PMO.';
comment on column project_version.known_from is 'First load in which this was what was known; 0 for the first version, which also holds for reports that came before it.';
comment on column project_version.known_to is 'First load in which it no longer was.';
