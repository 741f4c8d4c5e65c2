"""What must hold on every row of the measures: each query returns the rows on which it does not."""

IDENTITIES = {
    "CV = EV - AC": "from earned_value where cv <> ev - ac",
    "SV = EV - PV": "from earned_value where sv <> ev - pv",
    "BAC = EAC + VAC": (
        "from earned_value where abs(bac - eac - vac) > 1e-6 * greatest(1, abs(bac))"
    ),
    "EAC = AC + ETC": "from earned_value where abs(eac - ac - etc) > 1e-6 * greatest(1, abs(eac))",
    "CPI x AC = EV": "from earned_value where abs(cpi * ac - ev) > 1e-6 * greatest(1, abs(ev))",
    "SPI x PV = EV": "from earned_value where abs(spi * pv - ev) > 1e-6 * greatest(1, abs(ev))",
    "TCPI(BAC) x (BAC - AC) = BAC - EV": (
        "from earned_value where abs(tcpi * (bac - ac) - (bac - ev)) > 1e-6 * greatest(1, abs(bac))"
    ),
    "TCPI(EAC) = CPI for EAC = BAC / CPI": (
        "from earned_value where abs(tcpi_eac - cpi) > 1e-6 * greatest(1, abs(cpi))"
    ),
    "a missing index has its reason": (
        "from earned_value where reason is null and (cpi is null or spi is null or eac is null or "
        "(tcpi_eac is null and ev <> bac))"
    ),
    "no index is infinite or undefined": (
        "from earned_value where isinf(cpi) or isnan(cpi) or isinf(spi) or isnan(spi) or "
        "isinf(eac) or isnan(eac) or isinf(tcpi) or isnan(tcpi)"
    ),
    "the EACs agree once all is earned": (
        "from estimate_at_completion as c inner join earned_value as e on c.project_id = "
        "e.project_id and c.status_date = e.status_date where e.ev = e.bac and abs(c.eac_cpi - "
        "c.eac_plan_rate) > 1e-6 * greatest(1, abs(c.eac_cpi))"
    ),
    "a roll-up of projects sums them": (
        "from (select r.level_id, r.status_date from earned_value_rollup as r inner join "
        "earned_value as e on r.level_id = e.portfolio_id and r.status_date = e.status_date and "
        "r.currency = e.currency and e.ev is not null and e.ac is not null "
        "and e.bac is not null where r.level = 'portfolio' group by r.level_id, r.status_date, "
        "r.currency, r.ev, r.bac having sum(e.ev) <> r.ev or sum(e.bac) <> r.bac)"
    ),
    "units sum to their portfolio": (
        "from (select status_date from earned_value_rollup where portfolio_id in (select "
        "portfolio_id from project group by portfolio_id having count(*) = count(business_unit)) "
        "group by portfolio_id, status_date, currency having sum(case level when 'portfolio' then "
        "ev when 'business_unit' then -ev end) <> 0)"
    ),
    "ES = SPI(t) x AT": (
        "from earned_schedule where abs(spi_t * actual_time - es) > 1e-6 * greatest(1, abs(es))"
    ),
    "IEAC(t) x SPI(t) = PD": (
        "from earned_schedule where abs(ieac_t * spi_t - planned_duration) > 1e-6 * greatest(1, "
        "abs(ieac_t))"
    ),
    "0 <= ES <= PD": "from earned_schedule where es not between 0 and planned_duration",
    "a missing SPI(t) has its reason": (
        "from earned_schedule where spi_t is null and reason is null"
    ),
    "sum of EV = sum of PV at ES": (
        "from schedule_adherence where ev <= (select sum(bac) from work_package_status as w where "
        "w.project_id = schedule_adherence.project_id and w.status_date = "
        "schedule_adherence.status_date) and abs(ev - pv_at_es) > 1e-6 * greatest(1, abs(ev))"
    ),
    "0 <= P <= 1": "from schedule_adherence where p_factor not between 0 and 1 + 1e-9",
    "BPD = DPI x EAC(t)": (
        "from earned_duration where abs(dpi * eac_t - baseline_duration) > 1e-6 * greatest(1, "
        "abs(eac_t))"
    ),
    "0 <= ED(t) <= BPD": "from earned_duration where ed not between 0 and baseline_duration",
    "the S-curve ends at the position": (
        "from s_curve as s inner join earned_value as e on s.level_id = e.project_id and "
        "s.status_date = e.status_date and s.period_end = e.status_date where s.level = 'project' "
        "and (s.ev <> e.ev or s.ac <> e.ac)"
    ),
    "one baseline is first and one is current": (
        "from (select project_id from baseline_ledger group by project_id, status_date having "
        "count(case when is_first then 1 end) <> 1 or count(case when is_current then 1 end) <> "
        "1)"
    ),
    "drifts add up to the slip": (
        "from (select project_id, milestone_id from (select project_id, milestone_id, "
        "slip_first_baseline_days - coalesce(sum(drift_days) over (partition by project_id, "
        "milestone_id order by status_date), 0) as rest from milestone_slip) group by project_id, "
        "milestone_id having min(rest) <> max(rest))"
    ),
    "a check has one verdict or a reason": (
        "from schedule_quality where (passed is null) <> (reason is not null)"
    ),
    "a ratio of counts is a fraction": (
        "from schedule_quality where check_id not in ('13', '14', '14_inclusive') and ratio not "
        "between 0 and 1"
    ),
    "the logs' overdue decisions are all owed": (
        "from (select portfolio_id, status_date, sum(items) as items from decisions_called_for where "
        "kind = 'owed' group by all) as c full join (select portfolio_id, status_date, count(*) as "
        "items from decision_ageing where is_overdue group by all) as d on c.portfolio_id = "
        "d.portfolio_id and c.status_date = d.status_date where c.items is distinct from d.items"
    ),
    "a red project and one past tolerance are asked about once": (
        "from (select r.project_id, r.status_date from status_report as r inner join tolerance_status "
        "as t on r.project_id = t.project_id and r.status_date = t.status_date inner join project_then "
        "as p on r.project_id = p.project_id and r.status_date = p.status_date where (r.rag = 'red' or "
        "t.is_exception) and coalesce(p.lifecycle, 'active') not in ('closed', 'cancelled')) as asked "
        "full join (select project_id, status_date, count(*) as rows from decisions_called_for where "
        "kind in ('red', 'tolerance') group by all) as c on asked.project_id = c.project_id and "
        "asked.status_date = c.status_date where asked.project_id is null or c.rows is distinct from 1"
    ),
    "a CPI is stable at its own date": (
        "from cpi_stability where stable_since > status_date or stable_from is null"
    ),
    "what followed a rating is known or has its reason": (
        "from rating_outcome where (is_dearer is null) <> (dearer_reason is not null) or "
        "(is_later is null) <> (later_reason is not null) or (cost_growth_ratio is null) <> "
        "(is_dearer is null) or (slip_days is null) <> (is_later is null)"
    ),
    "what followed a rating came later, and was not known before": (
        "from rating_outcome where compared_with <= status_date or known_on < compared_with or "
        "(known_on is null) <> (compared_with is null)"
    ),
    "what followed by the next report is what changed since the last": (
        "from rating_outcome as o inner join report_change as c on o.project_id = c.project_id and "
        "o.compared_with = c.status_date and o.status_date = c.previous_status_date where o.horizon = "
        "'next' and (abs(o.cost_growth_ratio - c.cost_growth_ratio) > 1e-9 or o.slip_days <> "
        "c.drift_days or o.has_left <> (c.movement = 'left'))"
    ),
}
