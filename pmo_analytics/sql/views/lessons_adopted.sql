-- What became of lessons: one row per status date of the portfolio and category, and one for all (category `all`), over the lessons
-- raised by the date. PRINCE2 principle: learn from experience.
-- narrowed by: organisation
-- ordered by: portfolio_id, category
create or replace macro lessons_adopted(known_at) as table
    with dated as (
        select
            c.portfolio_id,
            c.status_date,
            coalesce(l.category, 'not stated') as category,
            l.raised_on,
            case when l.adopted_on <= c.status_date then l.adopted_on end as adopted_on
        from lesson(known_at) as l
        inner join belongs_to(known_at) as b on b.kind = 'lesson_id' and l.lesson_id = b.id
        inner join status_calendar(known_at) as c
            on
                b.portfolio_id = c.portfolio_id
                and coalesce(l.raised_on, c.status_date) <= c.status_date
    )

    select
        portfolio_id,
        status_date,
        case when grouping(category) = 1 then 'all' else category end as category,
        count(*) as lessons,
        count(adopted_on) as adopted,
        cast(count(adopted_on) as double) / count(*) as adoption_ratio,
        median(date_diff('day', raised_on, adopted_on)) as median_days_to_adopt,
        max(case when adopted_on is null then date_diff('day', raised_on, status_date) end) as oldest_waiting_days,
        case when count(adopted_on) = 0 then 'no time to adopt: no lesson is adopted yet' end as reason
    from dated
    group by grouping sets ((portfolio_id, status_date), (portfolio_id, status_date, category));

create or replace view lessons_adopted as select * from lessons_adopted(2147483646);

comment on view lessons_adopted is 'Lessons recorded and adopted, by category. Source: PRINCE2, learn from experience; lessons log.';
comment on column lessons_adopted.portfolio_id is 'Portfolio of the project that taught the lesson; a lesson of no project counts in each portfolio.';
comment on column lessons_adopted.status_date is 'Date at which the log is read.';
comment on column lessons_adopted.category is 'Subject of the lesson; all for all of them.';
comment on column lessons_adopted.lessons is 'Lessons raised by the date; a count.';
comment on column lessons_adopted.adopted is 'Of these, lessons whose recommendation became practice by the date; a count, higher is better.';
comment on column lessons_adopted.adoption_ratio is 'Adopted over raised; a fraction, higher is better.';
comment on column lessons_adopted.median_days_to_adopt is 'Median of the calendar days from raised to adopted; lower is better; null where none is adopted.';
comment on column lessons_adopted.oldest_waiting_days is 'Calendar days the oldest lesson not adopted has waited; lower is better; null where none waits.';
comment on column lessons_adopted.reason is 'Why median_days_to_adopt is null; null where it is not.';
