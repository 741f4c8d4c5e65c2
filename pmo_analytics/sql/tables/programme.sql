-- One row per programme.
-- Programmes as the organisation governs them (MSP), from the PMO.

create table if not exists programme_history (
    programme_id varchar not null,
    portfolio_id varchar,
    name varchar
);

comment on table programme_history is 'A programme: a group of projects managed together for a common outcome.';
comment on column programme_history.programme_id is 'Identifier of the programme.';
comment on column programme_history.portfolio_id is 'Portfolio the programme belongs to; empty means the portfolio "default".';
comment on column programme_history.name is 'What the programme is called.';
