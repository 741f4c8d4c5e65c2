-- One row per role.
-- Roles and their rates, from the resource managers.

create table if not exists role_history (
    role_id varchar not null,
    name varchar,
    cost_per_fte_month decimal(18, 2) check (cost_per_fte_month >= 0)
);

comment on table role_history is 'A role that people fill and projects ask for.';
comment on column role_history.role_id is 'Identifier of the role.';
comment on column role_history.name is 'What the role is called, such as data engineer.';
comment on column role_history.cost_per_fte_month is
'Cost of one full-time person of this role for a month, in the portfolio currency.';
