create table if not exists lesson_history (
    lesson_id varchar not null,
    project_id varchar,
    raised_on date,
    category varchar,
    title varchar,
    recommendation varchar,
    adopted_on date
);
