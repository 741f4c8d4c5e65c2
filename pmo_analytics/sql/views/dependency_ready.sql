-- From when a project may start, for each project it depends on: one row per dependency. What is waited for is the named
-- milestone, failing that the finish, by the last report; then the lag.
-- narrowed by: project
-- ordered by: project_id, depends_on_project_id
create or replace macro dependency_ready(known_at) as table
    with reached as (
        select
            project_id,
            milestone_id,
            max_by(coalesce(actual_date, forecast_date), status_date) as reached_on
        from milestone(known_at)
        group by project_id, milestone_id
    )

    select
        d.project_id,
        d.depends_on_project_id,
        coalesce(d.kind, 'finish_to_start') as kind,
        coalesce(d.lag_days, 0) as lag_days,
        w.lifecycle as depends_on_lifecycle,
        coalesce(m.reached_on, w.forecast_finish) + cast(cast(coalesce(d.lag_days, 0) as integer) || ' days' as interval)
            as ready_on
    from dependency(known_at) as d
    left join project_worth(known_at) as w on d.depends_on_project_id = w.project_id
    left join reached as m
        on d.depends_on_project_id = m.project_id and d.milestone_id = m.milestone_id;

create or replace view dependency_ready as select * from dependency_ready(2147483646);

comment on view dependency_ready is 'From when each project may start, for each project it depends on. Source: PMBOK Guide, dependencies with lag.';
comment on column dependency_ready.project_id is 'Project that depends.';
comment on column dependency_ready.depends_on_project_id is 'Project it depends on.';
comment on column dependency_ready.kind is 'finish_to_start, requires or excludes; finish_to_start where nothing is stated.';
comment on column dependency_ready.lag_days is 'Wait after the finish or milestone; calendar days, negative may overlap.';
comment on column dependency_ready.depends_on_lifecycle is 'Where the other project stands: pipeline, active, paused, closed or cancelled.';
comment on column dependency_ready.ready_on is 'Milestone, failing that finish, of the other project by its last report, plus the lag; null where it reports neither.';
