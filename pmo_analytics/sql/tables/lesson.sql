-- One row per lesson learnt.
-- Lessons log of the PMO; a later load of the same lesson replaces what was known of it.

create table if not exists lesson_history (
    lesson_id varchar not null,
    project_id varchar,
    raised_on date,
    category varchar,
    title varchar,
    recommendation varchar,
    adopted_on date
);

comment on table lesson_history is 'A lesson learnt and what became of it.';
comment on column lesson_history.lesson_id is 'Identifier of the lesson, unique across the portfolio.';
comment on column lesson_history.project_id is 'Project that taught the lesson; empty if it came from elsewhere.';
comment on column lesson_history.raised_on is 'Date the lesson was recorded.';
comment on column lesson_history.category is 'Subject of the lesson, such as procurement or testing.';
comment on column lesson_history.title is 'What was learnt, in a few words.';
comment on column lesson_history.recommendation is 'What should be done differently from now on.';
comment on column lesson_history.adopted_on is 'Date the recommendation became practice; empty while it has not.';
