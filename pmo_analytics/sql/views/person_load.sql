-- Time each person booked over all projects: one row per person and month. P3O practice, capacity planning; a full-time person is 1 FTE.
-- narrowed by: organisation
-- dated by: month <= $status_date
-- ordered by: person_id, month
create or replace macro person_load(known_at) as table
    select
        t.person_id,
        cast(date_trunc('month', t.month) as date) as month,
        string_agg(distinct coalesce(r.name, t.role_id), ', ' order by coalesce(r.name, t.role_id)) as role_names,
        sum(t.fte) as booked_fte,
        count(distinct t.project_id) as projects,
        string_agg(distinct t.project_id, ', ' order by t.project_id) as project_ids,
        string_agg(distinct coalesce(p.name, t.project_id), ', ' order by coalesce(p.name, t.project_id)) as project_names,
        sum(t.fte) > 1 + 1e-9 as is_over_full_time
    from timesheet(known_at) as t
    left join role(known_at) as r on t.role_id = r.role_id
    left join project(known_at) as p on t.project_id = p.project_id
    group by t.person_id, cast(date_trunc('month', t.month) as date);

create or replace view person_load as select * from person_load(2147483646);

comment on view person_load is 'Time each person booked in each month, over all projects and roles. Source: P3O practice, capacity planning.';
comment on column person_load.person_id is 'Person.';
comment on column person_load.month is 'First day of the month.';
comment on column person_load.role_names is 'Roles in which time was booked, commas between.';
comment on column person_load.booked_fte is 'Time booked, over all projects; FTE.';
comment on column person_load.projects is 'Projects on which time was booked; a count.';
comment on column person_load.project_ids is 'Those projects, commas between.';
comment on column person_load.project_names is 'Their names, commas between.';
comment on column person_load.is_over_full_time is 'True where more than 1 FTE is booked, by more than 1e-9.';
