-- One row per goal in the charter of the PMO.
-- The PMO's own goals and whether they are reached.

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

comment on table charter_goal_history is 'A measurable goal that the PMO set itself in its charter.';
comment on column charter_goal_history.goal_id is 'Identifier of the goal.';
comment on column charter_goal_history.objective is 'What the PMO wants to achieve.';
comment on column charter_goal_history.measure is 'What is measured, with its unit.';
comment on column charter_goal_history.baseline is 'Value of the measure when the goal was set, in the unit of the measure.';
comment on column charter_goal_history.target is 'Value of the measure to be reached, in the unit of the measure.';
comment on column charter_goal_history.due_on is 'Date by which the target is to be reached.';
comment on column charter_goal_history.is_quick_win is 'True for a goal meant to show value early.';
comment on column charter_goal_history.done_on is 'Date the goal was reached; empty while it is not.';
