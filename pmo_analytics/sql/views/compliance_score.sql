-- Compliance scores of units: one row per status date, level, unit and standard, and one for all standards (standard `all`).
-- Score: points earned over controls required, a ratio of sums. P3O assurance practice.
-- narrowed by: roll-up
-- ordered by: level_id, standard
create or replace macro compliance_score(known_at) as table
    select
        u.portfolio_id,
        u.level,
        u.level_id,
        u.level_name,
        c.status_date,
        case when grouping(c.standard) = 1 then 'all' else coalesce(c.standard, 'not stated') end as standard,
        count(distinct c.project_id) as projects,
        count(c.points) as required,
        count(case when c.result = 'met' and c.points is not null then 1 end) as met,
        count(case when c.result = 'partly' and c.points is not null then 1 end) as partly,
        count(case when c.result = 'not_met' and c.points is not null then 1 end) as not_met,
        count(case when c.result = 'missing' then 1 end) as missing,
        count(case when c.is_mandatory and c.points < 1 then 1 end) as mandatory_gaps,
        cast(sum(c.points) as double) / nullif(count(c.points), 0) as score,
        case when count(c.points) = 0 then 'no control is required yet' end as reason
    from compliance(known_at) as c
    inner join reporting_unit(known_at) as u on c.project_id = u.project_id and c.status_date = u.status_date
    group by grouping sets (
        (u.portfolio_id, u.level, u.level_id, u.level_name, c.status_date),
        (u.portfolio_id, u.level, u.level_id, u.level_name, c.status_date, c.standard)
    );

create or replace view compliance_score as select * from compliance_score(2147483646);

comment on view compliance_score is 'Share of the required controls that are met, by unit and standard. Source: P3O assurance practice; half a point for partly is a house rule.';
comment on column compliance_score.portfolio_id is 'Portfolio the unit belongs to.';
comment on column compliance_score.level is 'Level: project, programme, business_unit or portfolio.';
comment on column compliance_score.level_id is 'Identifier of the unit.';
comment on column compliance_score.level_name is 'Name of the unit.';
comment on column compliance_score.status_date is 'Date of the report.';
comment on column compliance_score.standard is 'Standard; all for all of them together.';
comment on column compliance_score.projects is 'Projects that report; a count.';
comment on column compliance_score.required is 'Controls that count, the denominator: required and applicable, over all the projects; the sum of the next four.';
comment on column compliance_score.met is 'Of these, met; a count, higher is better.';
comment on column compliance_score.partly is 'Of these, partly met; a count.';
comment on column compliance_score.not_met is 'Of these, not met; a count, lower is better.';
comment on column compliance_score.missing is 'Of these, never assessed; a count, lower is better.';
comment on column compliance_score.mandatory_gaps is 'Mandatory controls not fully met; a count, lower is better.';
comment on column compliance_score.score is 'Met and half of partly over required; a fraction from 0 to 1, higher is better; null where nothing is required.';
comment on column compliance_score.reason is 'Why score is null; null where it is not.';
