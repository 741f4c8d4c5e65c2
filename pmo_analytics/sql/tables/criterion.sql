-- One row per criterion for choosing projects.
-- Scoring model of the portfolio board.

create table if not exists criterion_history (
    criterion_id varchar not null,
    name varchar,
    weight decimal(9, 6) check (weight >= 0),
    direction varchar check (direction in ('benefit', 'cost'))
);

comment on table criterion_history is 'A criterion by which candidate projects are scored.';
comment on column criterion_history.criterion_id is 'Identifier of the criterion.';
comment on column criterion_history.name is 'What the criterion is called.';
comment on column criterion_history.weight is
'Importance of the criterion relative to the others, not negative; the weights usually add up to 1.';
comment on column criterion_history.direction is
'Which way a score counts: benefit if a higher score is better, cost if a lower one is.';
