-- Whose a role, criterion, objective or other thing without a project is: one row per kind, id and portfolio. It is a portfolio's if
-- its projects name it, or if it came in a load with projects or reports of it (a criterion that came with several, of those that
-- score by it); portfolios that share it each have a row. What came by itself is everybody's, people and criteria while nobody names them.
-- narrowed by: organisation
-- ordered by: kind, id, portfolio_id
create or replace macro belongs_to(known_at) as table
    with described as (
        select
            'role_id' as kind,
            role_id as id,
            coalesce(received_in, load_from) as load_id
        from role_history
        where load_from <= known_at
        union
        select
            'role_id' as kind,
            role_id as id,
            coalesce(received_in, load_from) as load_id
        from supply_history
        where load_from <= known_at
        union
        select
            'criterion_id' as kind,
            criterion_id as id,
            coalesce(received_in, load_from) as load_id
        from criterion_history
        where load_from <= known_at
        union
        select
            'objective_id' as kind,
            objective_id as id,
            coalesce(received_in, load_from) as load_id
        from objective_history
        where load_from <= known_at
        union
        select
            'control_id' as kind,
            control_id as id,
            coalesce(received_in, load_from) as load_id
        from control_history
        where load_from <= known_at
        union
        select
            'goal_id' as kind,
            goal_id as id,
            coalesce(received_in, load_from) as load_id
        from charter_goal_history
        where load_from <= known_at
        union
        select
            'model' as kind,
            model as id,
            coalesce(received_in, load_from) as load_id
        from maturity_history
        where load_from <= known_at
        union
        select
            'standard' as kind,
            standard as id,
            coalesce(received_in, load_from) as load_id
        from standard_adopted_history
        where load_from <= known_at
        union
        select
            'person_id' as kind,
            person_id as id,
            coalesce(received_in, load_from) as load_id
        from certification_history
        where load_from <= known_at
        union
        select
            'decision_id' as kind,
            decision_id as id,
            coalesce(received_in, load_from) as load_id
        from decision_history
        where load_from <= known_at and project_id is null
        union
        select
            'action_id' as kind,
            action_id as id,
            coalesce(received_in, load_from) as load_id
        from action_history
        where load_from <= known_at and project_id is null
        union
        select
            'lesson_id' as kind,
            lesson_id as id,
            coalesce(received_in, load_from) as load_id
        from lesson_history
        where load_from <= known_at and project_id is null
    ),

    brought as (
        select
            coalesce(received_in, load_from) as load_id,
            portfolio_id
        from project_history
        where load_from <= known_at
        union
        select
            first_load as load_id,
            portfolio_id
        from report_received(known_at)
    ),

    named as (
        select
            'role_id' as kind,
            role_id as id,
            project_id
        from demand(known_at)
        union
        select
            'role_id' as kind,
            role_id as id,
            project_id
        from timesheet(known_at)
        union
        select
            'role_id' as kind,
            role_id as id,
            project_id
        from activity_resource(known_at)
        union
        select
            'criterion_id' as kind,
            criterion_id as id,
            project_id
        from criterion_score(known_at)
        union
        select
            'objective_id' as kind,
            objective_id as id,
            project_id
        from project_objective(known_at)
        union
        select
            'objective_id' as kind,
            objective_id as id,
            project_id
        from benefit(known_at)
        union
        select
            'control_id' as kind,
            control_id as id,
            project_id
        from control_result(known_at)
        union
        select
            'person_id' as kind,
            person_id as id,
            project_id
        from timesheet(known_at)
        union
        select
            'decision_id' as kind,
            decision_id as id,
            project_id
        from decision(known_at)
        union
        select
            'action_id' as kind,
            action_id as id,
            project_id
        from action(known_at)
        union
        select
            'lesson_id' as kind,
            lesson_id as id,
            project_id
        from lesson(known_at)
        union
        select
            'programme_id' as kind,
            programme_id as id,
            project_id
        from project(known_at)
        union
        select
            'project_id' as kind,
            project_id as id,
            project_id
        from project(known_at)
    ),

    named_by as (
        select
            n.kind,
            n.id,
            p.portfolio_id
        from named as n
        inner join project(known_at) as p on n.project_id = p.project_id
        where n.id is not null
        union
        select
            'programme_id' as kind,
            programme_id as id,
            portfolio_id
        from programme(known_at)
        where portfolio_id is not null
    ),

    came_with as (
        select
            d.kind,
            d.id,
            b.portfolio_id,
            n.id is not null as is_named
        from described as d
        inner join brought as b on d.load_id = b.load_id
        left join named_by as n on d.kind = n.kind and d.id = n.id and b.portfolio_id = n.portfolio_id
    ),

    placed as (
        select
            kind,
            id,
            portfolio_id,
            true as is_own
        from came_with
        qualify kind <> 'criterion_id' or is_named or not bool_or(is_named) over (partition by kind, id)

        union all

        select
            kind,
            id,
            portfolio_id,
            true as is_own
        from named_by

        union all

        select
            d.kind,
            d.id,
            p.portfolio_id,
            false as is_own
        from described as d
        left join came_with as c on d.kind = c.kind and d.id = c.id
        left join named_by as n on d.kind = n.kind and d.id = n.id and d.kind in ('role_id', 'person_id', 'criterion_id')
        cross join project(known_at) as p
        where c.id is null and n.id is null
    )

    select
        kind,
        id,
        portfolio_id,
        case when ends_with(id, ' (' || portfolio_id || ')') then left(id, -3 - len(portfolio_id)) else id end as said,
        bool_or(is_own) as is_own
    from placed
    group by kind, id, portfolio_id;

create or replace view belongs_to as select * from belongs_to(2147483646);

comment on view belongs_to is 'Which portfolios have a role, criterion, objective, control, person, standard or other thing that is not of one project. Source: house.';
comment on column belongs_to.kind is 'Column of the model that holds the id, such as role_id; model and standard are those of maturity and standard_adopted.';
comment on column belongs_to.id is 'What it is called there.';
comment on column belongs_to.portfolio_id is 'Portfolio that has it.';
comment on column belongs_to.said is 'The id as the portfolio sends it: without its own name, which keeps it apart from what another portfolio calls so.';
comment on column belongs_to.is_own is 'True where its projects name it or it came with them; false where it came by itself, which makes it everybody''s.';
