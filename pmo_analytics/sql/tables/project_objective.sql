create table if not exists project_objective_history (
    project_id varchar not null,
    objective_id varchar not null,
    weight decimal(9, 6)
);
