-- One row per project and strategic objective.
-- Strategic alignment, from the business cases or the portfolio board.

create table if not exists project_objective_history (
    project_id varchar not null,
    objective_id varchar not null,
    weight decimal(9, 6) check (weight >= 0)
);

comment on table project_objective_history is 'How much a project contributes to a strategic objective.';
comment on column project_objective_history.project_id is 'Project that contributes.';
comment on column project_objective_history.objective_id is 'Objective it contributes to, as in the objective table.';
comment on column project_objective_history.weight is
'Share of the project that serves the objective, as a fraction (0.5 is half), not negative.';
