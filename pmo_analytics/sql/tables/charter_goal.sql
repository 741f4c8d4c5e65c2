create table if not exists charter_goal_history (
    goal_id varchar not null,
    objective varchar,
    measure varchar,
    baseline decimal(18, 4),
    target decimal(18, 4),
    due_on date,
    is_quick_win boolean,
    done_on date
);
