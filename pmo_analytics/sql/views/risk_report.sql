-- The risk registers, at the date of the portfolio at which they count: one row per project, risk and status date.
-- narrowed by: project
-- ordered by: project_id, risk_id
create or replace macro risk_report(known_at) as table
    select
        s.project_id,
        s.risk_id,
        r.status_date,
        s.status_date as reported_on,
        r.days_late,
        r.others as reports_replaced,
        s.title,
        s.category,
        s.kind,
        s.probability,
        s.impact_cost,
        s.impact_days,
        s.response,
        s.owner,
        s.raised_on,
        s.proximity_date,
        s.state,
        s.residual_probability,
        s.residual_impact_cost
    from risk(known_at) as s
    inner join report_received(known_at) as r
        on r.table_name = 'risk' and s.project_id = r.project_id and s.status_date = r.reported_on and r.is_counted;

create or replace view risk_report as select * from risk_report(2147483646);

comment on view risk_report is 'Risks under the status date of their portfolio, one register of each project for each. Source: house.';
comment on column risk_report.project_id is 'Project that carries the risk.';
comment on column risk_report.risk_id is
'Identifier of the risk, unique within the project and the same in every report.';
comment on column risk_report.status_date is 'Date of the portfolio at which it counts.';
comment on column risk_report.reported_on is 'Status date as the project states it.';
comment on column risk_report.days_late is 'Calendar days by which the stated date lies after that of the portfolio; 0 if not after; lower is better.';
comment on column risk_report.reports_replaced is 'Earlier reports of the project in the same period, which do not count; 0 for most.';
comment on column risk_report.title is 'What may happen, in a few words; empty where not said.';
comment on column risk_report.category is 'Source or type of the risk, such as supplier or technology; empty where not said.';
comment on column risk_report.kind is 'threat (would do harm) or opportunity (would help); empty counts as a threat.';
comment on column risk_report.probability is
'Chance that it happens, as a fraction from 0 to 1; empty means not assessed.';
comment on column risk_report.impact_cost is
'Effect on cost if it happens, in the project currency; positive for threats and opportunities alike; empty means not assessed.';
comment on column risk_report.impact_days is
'Effect on the finish if it happens, in calendar days; positive for threats and opportunities alike; empty means not assessed.';
comment on column risk_report.response is
'Planned response, such as avoid, reduce, transfer, accept or exploit; empty means none is planned.';
comment on column risk_report.owner is 'Person who answers for managing the risk; empty where none is named.';
comment on column risk_report.raised_on is 'Date the risk was first recorded; where empty, age counts from the first report of it.';
comment on column risk_report.proximity_date is 'Date on which the risk may strike (proximity); empty where not said.';
comment on column risk_report.state is
'Where the risk stands: open, closed (can no longer happen) or occurred; empty counts as open.';
comment on column risk_report.residual_probability is
'Chance that remains once the response is in place, as a fraction from 0 to 1; where empty, the present one stands.';
comment on column risk_report.residual_impact_cost is
'Effect on cost that remains once the response is in place, in the project currency, positive; where empty, the present one stands.';
