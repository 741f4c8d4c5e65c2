-- Declared delivery status beside a computed one: one row per project and status date. The worst of eleven rules stands; `limits` below
-- holds every limit but two: those of the stage (tolerance) and the six reports of forecast_staleness; a portfolio may have its own
-- (rating_limit). Why amber or red:
-- tolerances (1, 2): a forecast beyond the tolerance of the stage is an exception, out of the project manager's hands (PRINCE2): red.
-- bands (3 to 6): US IT Dashboard (ITCollect BY2026), variance up to 10% low, to 30% medium, beyond high; delay in days, where no
-- duration is known, GAO-10-701, under 30 days, to 90, beyond.
-- deadline (7): set from outside, so that no tolerance can be agreed and no board can move it: missed by a day it is red.
-- money left (8): DECM 27A106a doubts an estimate whose rest needs a TCPI more than 0.10 off the CPI, 15 to 95% complete; too little
-- money is amber, as the estimate is doubted, not yet passed; no money for work left cannot be attained at any efficiency (PMI): red.
-- gate (9): a stage begins by authority of the board (PRINCE2; OGC Gateway): money spent past a review that is due is amber, as nothing
-- is decided yet, past one that failed red; a later gate that was passed settles it.
-- benefits (10): beyond the tolerance of the stage, or 10% where none is agreed, amber: the exception is asked of the board by itself and
-- its forecast comes from the owners of the benefits; beyond 30% red (PMO handbook: below 70% of plan is to be looked into). These
-- forecasts carry no report date: every date of a project is held against what is expected as known.
-- forecasts that stand still (11): GAO-16-89G and GAO-20-195G ask for upkeep; it puts the forecast in doubt, not the delivery: amber,
-- and only beside one of the rules 1 to 6: a doubt by itself is no rating.
-- Rules 7 to 11 can colour a project, but passing them alone makes none green. A finished project (closed, cancelled, all work done) is
-- rated by rules 5 and 6 alone, not by forecasts. Odds of keeping date and budget are simulated, not a formula: they stand beside the
-- rating in the register and on the review (`reports/board.py`), which say where they fall under 5%, and do not change it.
-- narrowed by: project
-- ordered by: is_watermelon desc nulls last, computed desc, project_id
create or replace macro rag_status(known_at) as table
    with defaults (rule_no, rule_name, unit, rule, amber_beyond, red_beyond, can_be_green) as (
        values
        (1, 'forecast cost beyond tolerance', 'tolerance', null, null, 0, true),
        (2, 'forecast finish beyond tolerance', 'tolerance', null, null, 0, true),
        (3, 'forecast cost', 'share', 'forecast_cost', 0.1, 0.3, true),
        (4, 'forecast finish', 'share', 'forecast_finish', 0.1, 0.3, true),
        (4, 'forecast finish', 'days', 'forecast_finish_days', 29, 89, true),
        (5, 'cost to date', 'share', 'cost_to_date', 0.1, 0.3, true),
        (6, 'work done', 'share', 'work_done', 0.1, 0.3, true),
        (7, 'deadline', 'days late', 'deadline', null, 0, false),
        (8, 'money left for work left', 'index', 'money_left', 0.1, null, false),
        (8, 'money left for work left', 'no money', null, null, 0, false),
        (9, 'spending without gate', 'due', null, 0, null, false),
        (9, 'spending without gate', 'failed', null, null, 0, false),
        (10, 'benefits forecast', 'share', 'benefits', 0.1, 0.3, false),
        (10, 'benefits forecast', 'share, tolerance agreed', 'benefits', null, 0.3, false),
        (10, 'benefits forecast', 'tolerance', null, 0, null, false),
        (11, 'forecast stands still', 'reports', null, 0, null, false)
    ),

    rating_portfolio as (
        select distinct portfolio_id
        from project_then(known_at)
    ),

    limits as (
        select
            p.portfolio_id,
            d.rule_no,
            d.rule_name,
            d.unit,
            d.can_be_green,
            o.rule is not null as is_own,
            case when d.unit <> 'share, tolerance agreed' then coalesce(cast(o.amber_beyond as double), d.amber_beyond) end as amber_beyond,
            coalesce(cast(o.red_beyond as double), d.red_beyond) as red_beyond
        from rating_portfolio as p
        cross join defaults as d
        left join rating_limit(known_at) as o on p.portfolio_id = o.portfolio_id and d.rule = o.rule
    ),

    own_limits as (
        select
            portfolio_id,
            string_agg(
                rule_name || case when unit like 'days%' then ', days' else '' end
                || coalesce(', amber beyond ' || case when unit = 'share' then printf('%g', amber_beyond * 100) || '%' else printf('%g', amber_beyond) end, '')
                || coalesce(', red beyond ' || case when unit = 'share' then printf('%g', red_beyond * 100) || '%' else printf('%g', red_beyond) end, ''),
                '; ' order by rule_no asc, unit desc
            ) as said
        from limits
        where is_own and unit <> 'share, tolerance agreed'
        group by portfolio_id
    ),

    reviewed as (
        select
            project_id,
            status_date,
            gate,
            planned_on,
            case when state = 'failed' then 'failed' else 'due' end as unit,
            case
                when
                    state like 'passed%'
                    or planned_on < max(case when state like 'passed%' then planned_on end) over (partition by project_id, status_date)
                    then 0
                else spend_without_gate
            end as spend
        from gate_status(known_at)
        where planned_on < status_date
    ),

    ungated as (
        select
            project_id,
            status_date,
            unit,
            max(spend) as spend,
            string_agg(case when spend > 0 then gate end, ', ' order by planned_on, gate) as gates
        from reviewed
        where spend is not null
        group by project_id, status_date, unit
    ),

    measured as (
        select
            s.project_id,
            s.status_date,
            p.portfolio_id,
            s.rag as declared,
            coalesce(p.lifecycle in ('closed', 'cancelled') or s.percent_complete >= 100 or (e.ev >= e.bac and e.bac > 0), false) as is_finished,
            coalesce(p.lifecycle, 'active') = 'active' as is_running,
            p.deadline,
            coalesce(s.forecast_finish >= s.status_date, false) as is_ahead,
            date_diff('day', p.deadline, greatest(s.forecast_finish, case when s.status_date > p.deadline then s.status_date end)) as deadline_days,
            e.cpi,
            e.spi,
            cast(e.ac as double) / nullif(e.ev, 0) - 1 as overspend,
            1 - cast(e.ev as double) / nullif(e.pv, 0) as shortfall,
            e.earned_share,
            n.etc_manager as money_left,
            n.tcpi_manager as efficiency_needed,
            t.cost_over,
            t.cost_tolerance,
            t.days_over as slip_days,
            t.days_tolerance,
            t.benefits_shortfall,
            t.benefits_tolerance,
            f.is_frozen,
            f.reports_finish_unchanged,
            f.reports_cost_unchanged,
            cast(t.days_over as double) / nullif(date_diff('day', s.start, s.baseline_finish), 0) as slip_ratio,
            coalesce(date_diff('day', s.start, s.baseline_finish), 0) > 0 as has_duration,
            s.ac > 0 as has_cost
        from status_report(known_at) as s
        inner join project_then(known_at) as p on s.project_id = p.project_id and s.status_date = p.status_date
        inner join earned_value(known_at) as e on s.project_id = e.project_id and s.status_date = e.status_date
        inner join estimate_at_completion(known_at) as n on s.project_id = n.project_id and s.status_date = n.status_date
        inner join tolerance_status(known_at) as t on s.project_id = t.project_id and s.status_date = t.status_date
        inner join forecast_staleness(known_at) as f on s.project_id = f.project_id and s.status_date = f.status_date
    ),

    verdict as (
        select
            project_id,
            status_date,
            1 as rule_no,
            'tolerance' as unit,
            cost_over - cost_tolerance as measure,
            'forecast cost ' || printf('%.1f', round(cast(cost_over * 100 as decimal(18, 6)), 1)) || '% over budget, tolerance of the stage '
            || printf('%.1f', round(cast(cost_tolerance * 100 as decimal(18, 6)), 1)) || '%' as words
        from measured
        where not is_finished and cost_over is not null and cost_tolerance is not null

        union all

        select
            project_id,
            status_date,
            2 as rule_no,
            'tolerance' as unit,
            slip_days - days_tolerance as measure,
            'forecast finish ' || slip_days || case when slip_days = 1 then ' day' else ' days' end || ' after baseline, tolerance of the stage '
            || printf('%.0f', days_tolerance) || case when days_tolerance = 1 then ' day' else ' days' end as words
        from measured
        where not is_finished and slip_days is not null and days_tolerance is not null

        union all

        select
            project_id,
            status_date,
            3 as rule_no,
            'share' as unit,
            cost_over as measure,
            'forecast cost ' || printf('%.1f', round(cast(cost_over * 100 as decimal(18, 6)), 1)) || '% over budget' as words
        from measured
        where not is_finished and cost_over is not null

        union all

        select
            project_id,
            status_date,
            4 as rule_no,
            case when has_duration then 'share' else 'days' end as unit,
            case when has_duration then slip_ratio else slip_days end as measure,
            'forecast finish ' || slip_days || case when slip_days = 1 then ' day' else ' days' end || ' after baseline'
            || case when has_duration then ', ' || printf('%.1f', round(cast(slip_ratio * 100 as decimal(18, 6)), 1)) || '% of the planned duration' else '' end as words
        from measured
        where not is_finished and slip_days is not null

        union all

        select
            project_id,
            status_date,
            5 as rule_no,
            'share' as unit,
            overspend as measure,
            'CPI ' || printf('%.2f', round(cast(cpi as decimal(18, 6)), 2)) || ', '
            || printf('%.1f', round(cast(overspend * 100 as decimal(18, 6)), 1)) || '% spent over earned value' as words
        from measured
        where overspend is not null and has_cost

        union all

        select
            project_id,
            status_date,
            6 as rule_no,
            'share' as unit,
            shortfall as measure,
            'SPI ' || printf('%.2f', round(cast(spi as decimal(18, 6)), 2)) || ', '
            || printf('%.1f', round(cast(shortfall * 100 as decimal(18, 6)), 1)) || '% of planned value not earned' as words
        from measured
        where shortfall is not null

        union all

        select
            project_id,
            status_date,
            7 as rule_no,
            'days late' as unit,
            deadline_days as measure,
            case when is_ahead then 'forecast finish ' else 'not finished ' end || deadline_days || case when deadline_days = 1 then ' day' else ' days' end
            || ' after the deadline of ' || strftime(deadline, '%-d %b %Y') as words
        from measured
        where not is_finished and deadline_days is not null

        union all

        select
            project_id,
            status_date,
            8 as rule_no,
            case when money_left > 0 then 'index' else 'no money' end as unit,
            case when money_left > 0 then efficiency_needed - cpi else 1 end as measure,
            case
                when money_left > 0
                    then
                        'the money left needs a CPI of '
                        || printf('%.2f', round(cast(efficiency_needed as decimal(18, 6)), 2)) || ' from here on, so far '
                        || printf('%.2f', round(cast(cpi as decimal(18, 6)), 2))
                else 'no money is left for the ' || printf('%.1f', round(cast((1 - earned_share) * 100 as decimal(18, 6)), 1)) || '% of the work to do'
            end as words
        from measured
        where not is_finished and has_cost and earned_share < 1 and (money_left <= 0 or (money_left > 0 and earned_share between 0.15 and 0.95))

        union all

        select
            m.project_id,
            m.status_date,
            9 as rule_no,
            u.unit,
            u.spend as measure,
            'money is spent past a gate that ' || case u.unit when 'failed' then 'failed' else 'is due and not passed' end
            || ' (' || u.gates || ')' as words
        from measured as m
        inner join ungated as u on m.project_id = u.project_id and m.status_date = u.status_date
        where not m.is_finished

        union all

        select
            project_id,
            status_date,
            10 as rule_no,
            case when benefits_tolerance is null then 'share' else 'share, tolerance agreed' end as unit,
            benefits_shortfall as measure,
            'benefits now expected ' || printf('%.1f', round(cast(benefits_shortfall * 100 as decimal(18, 6)), 1)) || '% under plan' as words
        from measured
        where not is_finished and benefits_shortfall is not null

        union all

        select
            project_id,
            status_date,
            10 as rule_no,
            'tolerance' as unit,
            benefits_shortfall - benefits_tolerance as measure,
            'benefits now expected ' || printf('%.1f', round(cast(benefits_shortfall * 100 as decimal(18, 6)), 1)) || '% under plan' || ', tolerance of the stage '
            || printf('%.1f', round(cast(benefits_tolerance * 100 as decimal(18, 6)), 1)) || '%' as words
        from measured
        where not is_finished and benefits_shortfall is not null and benefits_tolerance is not null

        union all

        select
            project_id,
            status_date,
            11 as rule_no,
            'reports' as unit,
            cast(is_frozen as integer) as measure,
            case
                when reports_finish_unchanged >= coalesce(reports_cost_unchanged, 0)
                    then 'forecast finish the same in ' || reports_finish_unchanged || ' reports running'
                else 'forecast cost the same in ' || reports_cost_unchanged || ' reports running'
            end as words
        from measured
        where
            not is_finished and is_running and is_frozen is not null
            and (coalesce(cost_over, slip_days, shortfall) is not null or (has_cost and overspend is not null))
    ),

    judged as (
        select
            v.project_id,
            v.status_date,
            v.rule_no,
            l.rule_name,
            l.can_be_green,
            case when v.measure > l.red_beyond + 1e-9 then 3 when v.measure > l.amber_beyond + 1e-9 then 2 else 1 end as severity,
            v.words || case
                when v.unit = 'days' then ' (amber from ' || printf('%.0f', l.amber_beyond + 1) || ', red from ' || printf('%.0f', l.red_beyond + 1) || ')'
                when v.unit = 'index' then ' (amber beyond ' || printf('%.2f', l.amber_beyond) || ' apart)'
                when v.unit like 'share%'
                    then
                        ' (' || case when l.amber_beyond is null then '' else 'amber beyond ' || printf('%g', l.amber_beyond * 100) || '%, ' end
                        || 'red beyond ' || printf('%g', l.red_beyond * 100) || '%)'
                else ''
            end as words
        from verdict as v
        inner join measured as m on v.project_id = m.project_id and v.status_date = m.status_date
        inner join limits as l on m.portfolio_id = l.portfolio_id and v.rule_no = l.rule_no and v.unit = l.unit
    ),

    by_rule as (
        select
            project_id,
            status_date,
            rule_no,
            rule_name,
            can_be_green,
            max(severity) as severity,
            arg_max(words, severity) as words
        from judged
        group by project_id, status_date, rule_no, rule_name, can_be_green
    ),

    worst as (
        select
            project_id,
            status_date,
            case when max(severity) > 1 or bool_or(can_be_green) then max(severity) end as severity,
            count(*) as rules_measured,
            count(case when severity > 1 then 1 end) as rules_fired,
            string_agg(rule_name, ', ' order by rule_no) as rule_names
        from by_rule
        group by project_id, status_date
    ),

    fired as (
        select
            v.project_id,
            v.status_date,
            arg_min(v.rule_name, v.rule_no) as rule_name,
            string_agg(v.words, '; ' order by v.rule_no) as words
        from by_rule as v
        inner join worst as w on v.project_id = w.project_id and v.status_date = w.status_date and v.severity = w.severity
        group by v.project_id, v.status_date
    ),

    rated as (
        select
            m.project_id,
            m.status_date,
            m.declared,
            m.is_finished,
            o.said as own_limits,
            case w.severity when 3 then 'red' when 2 then 'amber' when 1 then 'green' end as computed,
            case
                when w.severity > 1 then f.words
                when w.severity = 1 then 'no rule fired; measured: ' || w.rule_names
            end as rule,
            case when w.severity > 1 then f.rule_name end as rule_name,
            coalesce(w.rules_measured, 0) as rules_measured,
            coalesce(w.rules_fired, 0) as rules_fired,
            m.cpi,
            m.spi,
            m.cost_over,
            m.slip_days
        from measured as m
        left join worst as w on m.project_id = w.project_id and m.status_date = w.status_date
        left join fired as f on m.project_id = f.project_id and m.status_date = f.status_date
        left join own_limits as o on m.portfolio_id = o.portfolio_id
    )

    select
        project_id,
        status_date,
        declared,
        computed,
        rule,
        rule_name,
        'ITCollect BY2026 bands, PRINCE2 tolerances, doubts of DECM and GAO' as rule_set,
        own_limits,
        rules_measured,
        rules_fired,
        case
            when declared is null or computed is null then null
            when declared = 'green' and computed <> 'green' then 'declared better'
            when declared in ('amber_green', 'amber') and computed = 'red' then 'declared better'
            when declared = 'red' and computed <> 'red' then 'declared worse'
            when declared in ('amber_red', 'amber') and computed = 'green' then 'declared worse'
            else 'agrees'
        end as agreement,
        case
            when declared is null or computed is null then null
            when declared = 'green' then computed <> 'green'
            when declared in ('amber_green', 'amber') then computed = 'red'
            else false
        end as is_watermelon,
        cpi,
        spi,
        cost_over,
        slip_days,
        is_finished,
        case
            when computed is null and is_finished then 'not computed: the project is finished, which leaves earned value, and none is reported'
            when computed is null then 'not computed: neither budget and forecast, baseline and forecast finish, nor earned value is reported'
            when declared is null then 'not compared: no status is declared'
        end as reason
    from rated;

create or replace view rag_status as select * from rag_status(2147483646);

comment on view rag_status is
'Delivery status as declared and as computed, with the rule that fired. Source: ITCollect BY2026 bands (US IT Dashboard), GAO-10-701 delay bands, PRINCE2 exceptions and stages, DECM 27A106a, GAO-16-89G. Odds of keeping date and budget are simulated and stand beside it, not in it.';
comment on column rag_status.project_id is 'Project that reports.';
comment on column rag_status.status_date is 'Date the report is about.';
comment on column rag_status.declared is 'Status the project declares: green, amber_green, amber, amber_red or red; null where none.';
comment on column rag_status.computed is 'green, amber or red: the worst of the rules that can be measured; null where none of the first six can and no other fired.';
comment on column rag_status.rule is 'The rules at that worst level with their values and limits, in words; for green, the rules that were measured; null where computed is.';
comment on column rag_status.rule_name is
'First of these rules: forecast cost or finish beyond tolerance, forecast cost, forecast finish, cost to date, work done, deadline, money left for work left, spending without gate, benefits forecast, forecast stands still; null for green.';
comment on column rag_status.rule_set is 'Rule set and version behind computed.';
comment on column rag_status.own_limits is 'Rules for which the portfolio states limits of its own (rating_limit), with them; null where all are the defaults.';
comment on column rag_status.rules_measured is 'Rules whose inputs are reported, 0 to 11; a computed status over few rules says less.';
comment on column rag_status.rules_fired is 'Rules at amber or red; a count, lower is better.';
comment on column rag_status.agreement is
'agrees, declared better or declared worse; between the five- and three-point scales amber_green agrees with green and amber, amber_red with amber and red.';
comment on column rag_status.is_watermelon is 'True where the declared status is better than the computed one (green outside, red inside); null where either is missing.';
comment on column rag_status.cpi is 'EV over AC; unitless, 1 is on cost, higher is better; null until cost is booked.';
comment on column rag_status.spi is 'EV over PV; unitless, 1 is on plan, higher is better; drifts to 1 at completion however late; null until work is planned.';
comment on column rag_status.cost_over is 'Forecast cost over budget, less 1; a fraction, positive is dearer; null where either is unknown or the budget is zero.';
comment on column rag_status.slip_days is 'Forecast finish less baseline finish; calendar days, positive is late; null where either is unknown.';
comment on column rag_status.is_finished is 'True where the project is closed or cancelled or all its work is done: its forecasts are past, and it is rated by CPI and SPI alone.';
comment on column rag_status.reason is 'Why computed or agreement is null; null where neither is.';
