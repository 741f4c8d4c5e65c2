-- One row per project, risk and status date.
-- Risk register of the project manager, as reported at each status date.

create table if not exists risk_history (
    project_id varchar not null,
    risk_id varchar not null,
    status_date date not null,
    title varchar,
    category varchar,
    kind varchar check (kind in ('threat', 'opportunity')),
    probability decimal(9, 6) check (probability between 0 and 1),
    impact_cost decimal(18, 2) check (impact_cost >= 0),
    impact_days decimal(12, 2) check (impact_days >= 0),
    response varchar,
    owner varchar,
    raised_on date,
    proximity_date date,
    state varchar check (state in ('open', 'closed', 'occurred')),
    residual_probability decimal(9, 6) check (residual_probability between 0 and 1),
    residual_impact_cost decimal(18, 2) check (residual_impact_cost >= 0)
);

comment on table risk_history is 'A risk of a project, threat or opportunity, as it stood at a status date.';
comment on column risk_history.project_id is 'Project that carries the risk.';
comment on column risk_history.risk_id is 'Identifier of the risk, unique within the project and the same in every report.';
comment on column risk_history.status_date is 'Date the register is about.';
comment on column risk_history.title is 'What may happen, in a few words; empty where not said.';
comment on column risk_history.category is 'Source or type of the risk, such as supplier or technology; empty where not said.';
comment on column risk_history.kind is 'threat (would do harm) or opportunity (would help); empty counts as a threat.';
comment on column risk_history.probability is 'Chance that it happens, as a fraction from 0 to 1; empty means not assessed.';
comment on column risk_history.impact_cost is
'Effect on cost if it happens, in the project currency; positive for threats and opportunities alike; empty means not assessed.';
comment on column risk_history.impact_days is
'Effect on the finish if it happens, in calendar days; positive for threats and opportunities alike; empty means not assessed.';
comment on column risk_history.response is 'Planned response, such as avoid, reduce, transfer, accept or exploit; empty means none is planned.';
comment on column risk_history.owner is 'Person who answers for managing the risk; empty where none is named.';
comment on column risk_history.raised_on is 'Date the risk was first recorded; where empty, age counts from the first report of it.';
comment on column risk_history.proximity_date is 'Date on which the risk may strike (proximity); empty where not said.';
comment on column risk_history.state is 'Where the risk stands: open, closed (can no longer happen) or occurred; empty counts as open.';
comment on column risk_history.residual_probability is
'Chance that remains once the response is in place, as a fraction from 0 to 1; where empty, the present one stands.';
comment on column risk_history.residual_impact_cost is
'Effect on cost that remains once the response is in place, in the project currency, positive; where empty, the present one stands.';
