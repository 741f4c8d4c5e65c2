create table if not exists benefit_history (
    project_id varchar not null,
    benefit_id varchar not null,
    period_end date not null,
    name varchar,
    kind varchar check (kind in ('cashable', 'non_cashable', 'non_monetised', 'disbenefit')),
    objective_id varchar,
    owner varchar,
    planned decimal(18, 2),
    forecast decimal(18, 2),
    realised decimal(18, 2)
);
