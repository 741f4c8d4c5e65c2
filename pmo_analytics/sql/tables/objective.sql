-- One row per strategic objective.
-- Strategy of the organisation, from the portfolio board.

create table if not exists objective_history (
    objective_id varchar not null,
    name varchar,
    target_weight decimal(9, 6) check (target_weight >= 0)
);

comment on table objective_history is 'A strategic objective that the portfolio serves.';
comment on column objective_history.objective_id is 'Identifier of the objective.';
comment on column objective_history.name is 'What the objective is called.';
comment on column objective_history.target_weight is
'Share of the portfolio meant for the objective, as a fraction (0.25 is a quarter), not negative.';
