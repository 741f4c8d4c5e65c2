-- One row per role, team and month.
-- Capacity of the teams, from the resource managers.

create table if not exists supply_history (
    role_id varchar not null,
    team varchar not null,
    month date not null,
    fte decimal(12, 4) check (fte >= 0)
);

comment on table supply_history is 'The people of a role that a team can offer in a month.';
comment on column supply_history.role_id is 'Role that is offered, as in the role table.';
comment on column supply_history.team is 'Team the people belong to.';
comment on column supply_history.month is 'Month of the capacity, given as its first day.';
comment on column supply_history.fte is
'People available for project work in that month, in full-time equivalents, not negative.';
