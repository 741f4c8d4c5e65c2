-- One row per project and criterion.
-- Scores given by the portfolio board or its analysts.

create table if not exists criterion_score_history (
    project_id varchar not null,
    criterion_id varchar not null,
    score decimal(12, 4)
);

comment on table criterion_score_history is 'The score of a project on a criterion.';
comment on column criterion_score_history.project_id is 'Project that was scored.';
comment on column criterion_score_history.criterion_id is 'Criterion it was scored on, as in the criterion table.';
comment on column criterion_score_history.score is
'Score on the scale of the criterion; whether higher is better is said by the criterion.';
