-- What each project reported, at the date of its portfolio at which it counts: one row per project and status date.
-- narrowed by: project
-- ordered by: project_id
create or replace macro status_report(known_at) as table
    select
        s.project_id,
        r.status_date,
        s.status_date as reported_on,
        r.days_late,
        r.others as reports_replaced,
        s.pv,
        s.ev,
        s.ac,
        s.bac,
        s.percent_complete,
        s.forecast_cost,
        s.forecast_cost_low,
        s.forecast_cost_high,
        s.price_base,
        s.forecast_finish,
        s.forecast_finish_earliest,
        s.forecast_finish_latest,
        s.baseline_finish,
        s.start,
        s.rag,
        s.rag_cost,
        s.rag_schedule,
        s.rag_benefits,
        s.rag_resource,
        s.rag_scope,
        s.rag_risk,
        s.commentary
    from project_status(known_at) as s
    inner join report_received(known_at) as r
        on r.table_name = 'project_status' and s.project_id = r.project_id and s.status_date = r.reported_on and r.is_counted;

create or replace view status_report as select * from status_report(2147483646);

comment on view status_report is 'Status reports under the status date of their portfolio, one of each project for each. Source: house.';
comment on column status_report.project_id is 'Project that reports.';
comment on column status_report.status_date is 'Date of the portfolio at which it counts.';
comment on column status_report.reported_on is 'Status date as the project states it.';
comment on column status_report.days_late is 'Calendar days by which the stated date lies after that of the portfolio; 0 if not after; lower is better.';
comment on column status_report.reports_replaced is 'Earlier reports of the project in the same period, which do not count; 0 for most.';
comment on column status_report.pv is
'Planned value (PV): budget of the work planned up to the status date, cumulative, in the project currency.';
comment on column status_report.ev is
'Earned value (EV): budget of the work done up to the status date, cumulative, in the project currency.';
comment on column status_report.ac is
'Actual cost (AC) up to the status date, cumulative, in the project currency; a reversal can make it negative.';
comment on column status_report.bac is
'Budget at completion (BAC): approved budget of the whole project, in the project currency.';
comment on column status_report.percent_complete is 'Share of the whole work that is done, 0 to 100.';
comment on column status_report.forecast_cost is
'Cost of the whole project as its manager now expects it (EAC), in the project currency.';
comment on column status_report.forecast_cost_low is
'Low end of the range given for forecast_cost, in the project currency; empty where one figure was given.';
comment on column status_report.forecast_cost_high is
'High end of the range given for forecast_cost, in the project currency; empty where one figure was given.';
comment on column status_report.price_base is
'Prices in which forecast_cost is stated: those of a year, such as 2024/25, or nominal; empty where not said. Growth is not computed across two.';
comment on column status_report.forecast_finish_earliest is
'Earliest date of the range given for forecast_finish; empty where one date was given.';
comment on column status_report.forecast_finish_latest is
'Latest date of the range given for forecast_finish; empty where one date was given.';
comment on column status_report.forecast_finish is 'Finish date the project manager now expects.';
comment on column status_report.baseline_finish is 'Finish date in the approved baseline.';
comment on column status_report.start is 'Start date of the project, actual or planned.';
comment on column status_report.rag is
'Declared overall status: green, amber_green, amber, amber_red or red; empty means none was declared.';
comment on column status_report.rag_cost is
'Declared status of cost: green, amber_green, amber, amber_red or red.';
comment on column status_report.rag_schedule is
'Declared status of the schedule: green, amber_green, amber, amber_red or red.';
comment on column status_report.rag_benefits is
'Declared status of the benefits: green, amber_green, amber, amber_red or red.';
comment on column status_report.rag_resource is
'Declared status of people and skills: green, amber_green, amber, amber_red or red.';
comment on column status_report.rag_scope is
'Declared status of scope and quality: green, amber_green, amber, amber_red or red.';
comment on column status_report.rag_risk is
'Declared status of risks and issues: green, amber_green, amber, amber_red or red.';
comment on column status_report.commentary is 'The project manager''s own words on progress, causes and next steps.';
