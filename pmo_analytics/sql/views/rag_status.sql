-- Declared delivery status beside a computed one: one row per project and status date. The worst of six rules stands. Bands: US
-- IT Dashboard (ITCollect BY2026), variance up to 10% low, to 30% medium, beyond high; delay in days, where no duration is
-- known, GAO-10-701, under 30 days, to 90, beyond; a forecast beyond the tolerance of the stage is red (PRINCE2 exception).
-- narrowed by: project
-- ordered by: is_watermelon desc nulls last, computed desc, project_id
create or replace macro rag_status(known_at) as table
    with measured as (
        select
            s.project_id,
            s.status_date,
            s.rag as declared,
            e.cpi,
            e.spi,
            cast(e.ac as double) / nullif(e.ev, 0) - 1 as overspend,
            1 - cast(e.ev as double) / nullif(e.pv, 0) as shortfall,
            t.cost_over,
            t.cost_tolerance,
            t.days_over as slip_days,
            t.days_tolerance,
            cast(t.days_over as double) / nullif(date_diff('day', s.start, s.baseline_finish), 0) as slip_ratio,
            coalesce(date_diff('day', s.start, s.baseline_finish), 0) > 0 as has_duration,
            s.ac > 0 as has_cost
        from status_report(known_at) as s
        inner join earned_value(known_at) as e on s.project_id = e.project_id and s.status_date = e.status_date
        inner join tolerance_status(known_at) as t on s.project_id = t.project_id and s.status_date = t.status_date
    ),

    verdict as (
        select
            project_id,
            status_date,
            1 as rule_no,
            'forecast cost beyond tolerance' as rule_name,
            cost_over as measure,
            case when cost_over > cost_tolerance + 1e-9 then 3 else 1 end as severity,
            'forecast cost ' || printf('%.1f', round(cast(cost_over * 100 as decimal(18, 6)), 1))
            || '% over budget, tolerance of the stage '
            || printf('%.1f', round(cast(cost_tolerance * 100 as decimal(18, 6)), 1)) || '%' as words
        from measured
        where cost_over is not null and cost_tolerance is not null

        union all

        select
            project_id,
            status_date,
            2 as rule_no,
            'forecast finish beyond tolerance' as rule_name,
            slip_days as measure,
            case when slip_days > days_tolerance + 1e-9 then 3 else 1 end as severity,
            'forecast finish ' || slip_days || case when slip_days = 1 then ' day' else ' days' end || ' after baseline, tolerance of the stage '
            || printf('%.0f', days_tolerance)
            || case when days_tolerance = 1 then ' day' else ' days' end as words
        from measured
        where slip_days is not null and days_tolerance is not null

        union all

        select
            project_id,
            status_date,
            3 as rule_no,
            'forecast cost' as rule_name,
            cost_over as measure,
            case when cost_over > 0.3 + 1e-9 then 3 when cost_over > 0.1 + 1e-9 then 2 else 1 end as severity,
            'forecast cost ' || printf('%.1f', round(cast(cost_over * 100 as decimal(18, 6)), 1))
            || '% over budget (amber beyond 10%, red beyond 30%)' as words
        from measured
        where cost_over is not null

        union all

        select
            project_id,
            status_date,
            4 as rule_no,
            'forecast finish' as rule_name,
            case when has_duration then slip_ratio else slip_days end as measure,
            case
                when has_duration and slip_ratio > 0.3 + 1e-9 then 3
                when has_duration and slip_ratio > 0.1 + 1e-9 then 2
                when not has_duration and slip_days >= 90 then 3
                when not has_duration and slip_days >= 30 then 2
                else 1
            end as severity,
            case
                when has_duration
                    then
                        'forecast finish ' || slip_days || case when slip_days = 1 then ' day' else ' days' end || ' after baseline, '
                        || printf('%.1f', round(cast(slip_ratio * 100 as decimal(18, 6)), 1))
                        || '% of the planned duration (amber beyond 10%, red beyond 30%)'
                else 'forecast finish ' || slip_days || case when slip_days = 1 then ' day' else ' days' end || ' after baseline (amber from 30, red from 90)'
            end as words
        from measured
        where slip_days is not null

        union all

        select
            project_id,
            status_date,
            5 as rule_no,
            'cost to date' as rule_name,
            overspend as measure,
            case when overspend > 0.3 + 1e-9 then 3 when overspend > 0.1 + 1e-9 then 2 else 1 end as severity,
            'CPI ' || printf('%.2f', round(cast(cpi as decimal(18, 6)), 2)) || ', '
            || printf('%.1f', round(cast(overspend * 100 as decimal(18, 6)), 1))
            || '% spent over earned value (amber beyond 10%, red beyond 30%)' as words
        from measured
        where overspend is not null and has_cost

        union all

        select
            project_id,
            status_date,
            6 as rule_no,
            'work done' as rule_name,
            shortfall as measure,
            case when shortfall > 0.3 + 1e-9 then 3 when shortfall > 0.1 + 1e-9 then 2 else 1 end as severity,
            'SPI ' || printf('%.2f', round(cast(spi as decimal(18, 6)), 2)) || ', '
            || printf('%.1f', round(cast(shortfall * 100 as decimal(18, 6)), 1))
            || '% of planned value not earned (amber beyond 10%, red beyond 30%)' as words
        from measured
        where shortfall is not null
    ),

    worst as (
        select
            project_id,
            status_date,
            max(severity) as severity,
            count(*) as rules_measured,
            count(case when severity > 1 then 1 end) as rules_fired,
            string_agg(rule_name, ', ' order by rule_no) as rule_names
        from verdict
        group by project_id, status_date
    ),

    fired as (
        select
            v.project_id,
            v.status_date,
            arg_min(v.rule_name, v.rule_no) as rule_name,
            string_agg(v.words, '; ' order by v.rule_no) as words
        from verdict as v
        inner join worst as w on v.project_id = w.project_id and v.status_date = w.status_date and v.severity = w.severity
        group by v.project_id, v.status_date
    ),

    rated as (
        select
            m.project_id,
            m.status_date,
            m.declared,
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
    )

    select
        project_id,
        status_date,
        declared,
        computed,
        rule,
        rule_name,
        'ITCollect BY2026 bands, PRINCE2 tolerances' as rule_set,
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
        case
            when computed is null then 'not computed: neither budget and forecast, baseline and forecast finish, nor earned value is reported'
            when declared is null then 'not compared: no status is declared'
        end as reason
    from rated;

create or replace view rag_status as select * from rag_status(2147483646);

comment on view rag_status is
'Delivery status as declared and as computed, with the rule that fired. Source: ITCollect BY2026 bands (US IT Dashboard), GAO-10-701 delay bands, PRINCE2 exceptions.';
comment on column rag_status.project_id is 'Project that reports.';
comment on column rag_status.status_date is 'Date the report is about.';
comment on column rag_status.declared is 'Status the project declares: green, amber_green, amber, amber_red or red; null where none.';
comment on column rag_status.computed is 'green, amber or red: the worst of the rules that can be measured; null where none can.';
comment on column rag_status.rule is 'The rules at that worst level with their values and limits, in words; for green, the rules that were measured; null where none can be.';
comment on column rag_status.rule_name is
'First of these rules: forecast cost or finish beyond tolerance, forecast cost, forecast finish, cost to date, work done; null for green.';
comment on column rag_status.rule_set is 'Rule set and version behind computed.';
comment on column rag_status.rules_measured is 'Rules whose inputs are reported, 0 to 6; a computed status over few rules says less.';
comment on column rag_status.rules_fired is 'Rules at amber or red; a count, lower is better.';
comment on column rag_status.agreement is
'agrees, declared better or declared worse; between the five- and three-point scales amber_green agrees with green and amber, amber_red with amber and red.';
comment on column rag_status.is_watermelon is 'True where the declared status is better than the computed one (green outside, red inside); null where either is missing.';
comment on column rag_status.cpi is 'EV over AC; unitless, 1 is on cost, higher is better; null until cost is booked.';
comment on column rag_status.spi is 'EV over PV; unitless, 1 is on plan, higher is better; drifts to 1 at completion however late; null until work is planned.';
comment on column rag_status.cost_over is 'Forecast cost over budget, less 1; a fraction, positive is dearer; null where either is unknown or the budget is zero.';
comment on column rag_status.slip_days is 'Forecast finish less baseline finish; calendar days, positive is late; null where either is unknown.';
comment on column rag_status.reason is 'Why computed or agreement is null; null where neither is.';
