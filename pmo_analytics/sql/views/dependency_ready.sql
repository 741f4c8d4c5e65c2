-- From when a project may start, for each project it depends on: one row per dependency and date on which what is waited for was
-- reported, and one before the first. That is the named milestone, failing that the finish, by the last report; then the lag.
-- narrowed by: project
-- dated by: (holds_from is null or holds_from <= $status_date) and (holds_to is null or holds_to > $status_date)
-- ordered by: project_id, depends_on_project_id
create or replace macro dependency_ready(known_at) as table
    with reported as (
        select
            project_id,
            status_date as holds_from
        from project_status(known_at)
        union
        select
            project_id,
            status_date as holds_from
        from milestone(known_at)
        union
        select
            depends_on_project_id as project_id,
            null as holds_from
        from dependency(known_at)
    ),

    held as (
        select
            project_id,
            holds_from,
            lead(holds_from) over (partition by project_id order by holds_from nulls first) as holds_to
        from reported
    ),

    reached as (
        select
            h.project_id,
            h.holds_from,
            m.milestone_id,
            max_by(coalesce(m.actual_date, m.forecast_date), m.status_date) as reached_on
        from held as h
        inner join milestone(known_at) as m on h.project_id = m.project_id and h.holds_from >= m.status_date
        semi join dependency(known_at) as d
            on m.project_id = d.depends_on_project_id and m.milestone_id = d.milestone_id
        group by h.project_id, h.holds_from, m.milestone_id
    )

    select
        d.project_id,
        d.depends_on_project_id,
        coalesce(d.kind, 'finish_to_start') as kind,
        coalesce(d.lag_days, 0) as lag_days,
        w.lifecycle as depends_on_lifecycle,
        coalesce(m.reached_on, w.forecast_finish) + cast(cast(coalesce(d.lag_days, 0) as integer) || ' days' as interval)
            as ready_on,
        h.holds_from,
        h.holds_to
    from dependency(known_at) as d
    inner join held as h on d.depends_on_project_id = h.project_id
    left join project_worth(known_at) as w
        on
            d.depends_on_project_id = w.project_id
            and coalesce(h.holds_from >= w.holds_from, w.holds_from is null)
            and coalesce(h.holds_from < w.holds_to, true)
    left join reached as m
        on
            d.depends_on_project_id = m.project_id
            and d.milestone_id = m.milestone_id
            and h.holds_from = m.holds_from;

create or replace view dependency_ready as select * from dependency_ready(2147483646);

comment on view dependency_ready is 'From when each project may start, for each project it depends on. Source: PMBOK Guide, dependencies with lag.';
comment on column dependency_ready.project_id is 'Project that depends.';
comment on column dependency_ready.depends_on_project_id is 'Project it depends on.';
comment on column dependency_ready.kind is 'finish_to_start, requires or excludes; finish_to_start where nothing is stated.';
comment on column dependency_ready.lag_days is 'Wait after the finish or milestone; calendar days, negative may overlap.';
comment on column dependency_ready.depends_on_lifecycle is 'Where the other project stands: pipeline, active, paused, closed or cancelled.';
comment on column dependency_ready.ready_on is 'Milestone, failing that finish, of the other project by its last report, plus the lag; null where it reports neither.';
comment on column dependency_ready.holds_from is 'Date from which this is what is reported of the project waited for; null before its first report.';
comment on column dependency_ready.holds_to is 'Date of its next report, from which it is another; null after the last.';
