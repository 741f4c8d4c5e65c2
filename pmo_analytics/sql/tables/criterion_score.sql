create table if not exists criterion_score_history (
    project_id varchar not null,
    criterion_id varchar not null,
    score decimal(12, 4)
);
