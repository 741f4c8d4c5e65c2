-- Quality of each schedule, check by check: one row per project, status date, rule set and check.
-- Rule sets: '2009' is the DCMA 14-point assessment as noted on 9 November 2009 (complete and incomplete activities); 'later'
-- counts incomplete activities, as DCMA PAM 200.1 (2012) and Edwards (2016) do; 'decm_v5' is the part of DECM V5.0 (2022) that
-- a schedule can answer. Summaries, level of effort and zero-length milestones are not counted. A working day is Monday to
-- Friday here, as the sender's calendars may be absent.
-- narrowed by: project
-- ordered by: project_id, rule_set, try_cast(regexp_extract(check_id, '^[0-9]+') as integer), check_id
create or replace macro weekday_number(day) as (
    5 * floor((date_diff('day', date '2000-01-03', day) + 1) / 7)
    + least(5, (date_diff('day', date '2000-01-03', day) + 1) - 7 * floor((date_diff('day', date '2000-01-03', day) + 1) / 7))
);

create or replace macro schedule_quality(known_at) as table
    with schedule as (
        select
            project_id,
            activity_id,
            status_date,
            baseline_start,
            baseline_finish,
            start,
            finish,
            actual_start,
            actual_finish,
            total_float_days,
            duration_days,
            coalesce(cost, 0) as cost,
            actual_finish is not null or coalesce(percent_complete, 0) >= 100 as is_done,
            actual_start is not null or coalesce(percent_complete, 0) > 0 as is_begun,
            coalesce(is_summary, false) as is_summary,
            not coalesce(is_summary, false)
            and not coalesce(is_level_of_effort, false)
            and not coalesce(is_milestone, false)
            and coalesce(duration_days <> 0, true) as is_counted,
            regexp_replace(lower(constraint_kind), '[^a-z]', '', 'g') in (
                'muststarton', 'mustfinishon', 'startnolaterthan', 'finishnolaterthan', 'mso', 'mfo', 'snlt', 'fnlt',
                'mandatorystart', 'mandatoryfinish', 'starton', 'finishon', 'startonorbefore', 'finishonorbefore',
                'csmandstart', 'csmandfin', 'csmso', 'csmeo', 'csmsob', 'csmeob'
            ) as is_hard
        from activity(known_at)
    ),

    previous as (
        select
            project_id,
            status_date,
            lag(status_date) over (partition by project_id order by status_date) as previous_date
        from (
            select distinct
                project_id,
                status_date
            from schedule
        ) as snapshot
    ),

    link as (
        select
            k.project_id,
            k.status_date,
            k.predecessor_id,
            k.successor_id,
            k.kind,
            coalesce(k.lag_days, 0) as lag_days,
            k.kind = 'FS'
            and b.actual_start is not null
            and (a.actual_finish is null or a.actual_finish > b.actual_start) as is_out_of_sequence,
            coalesce(b.is_done, false) as is_successor_done
        from activity_link(known_at) as k
        left join schedule as a
            on k.project_id = a.project_id and k.status_date = a.status_date and k.predecessor_id = a.activity_id
        left join schedule as b
            on k.project_id = b.project_id and k.status_date = b.status_date and k.successor_id = b.activity_id
    ),

    logic as (
        select
            project_id,
            status_date,
            activity_id,
            count(case when is_into then 1 end) as predecessors,
            count(case when not is_into then 1 end) as successors,
            count(case when is_into and kind in ('FS', 'SS') then 1 end) as start_drivers,
            count(case when not is_into and kind in ('FS', 'FF') then 1 end) as finish_users,
            count(case when is_into and lag_days > 0 then 1 end) as lags
        from (
            select
                project_id,
                status_date,
                successor_id as activity_id,
                true as is_into,
                kind,
                lag_days
            from link

            union all

            select
                project_id,
                status_date,
                predecessor_id as activity_id,
                false as is_into,
                kind,
                lag_days
            from link
        ) as side
        group by project_id, status_date, activity_id
    ),

    resourced as (
        select distinct
            project_id,
            status_date,
            activity_id
        from activity_resource(known_at)
    ),

    judged as (
        select
            s.project_id,
            s.status_date,
            s.is_counted,
            s.is_summary,
            s.is_done,
            coalesce(l.predecessors, 0) = 0 or coalesce(l.successors, 0) = 0 as lacks_logic,
            coalesce(l.start_drivers, 0) = 0 or coalesce(l.finish_users, 0) = 0 as is_dangling,
            coalesce(l.predecessors, 0) + coalesce(l.successors, 0) > 0 as has_logic,
            coalesce(l.lags, 0) > 0 as has_lag,
            coalesce(s.is_hard, false) as is_hard,
            coalesce(s.total_float_days > 44 + 1e-9, false) as has_high_float,
            coalesce(s.total_float_days < 0, false) as has_negative_float,
            coalesce(
                weekday_number(s.baseline_finish) - weekday_number(s.baseline_start - 1) > 44, s.duration_days > 44, false
            ) as is_long,
            coalesce(not s.is_done and s.finish < s.status_date, false)
            or coalesce(not s.is_done and not s.is_begun and s.start < s.status_date, false) as is_forecast_past,
            coalesce(s.actual_start > s.status_date, false) or coalesce(s.actual_finish > s.status_date, false)
                as is_actual_future,
            coalesce(s.duration_days, weekday_number(s.finish) - weekday_number(s.start - 1), 1) >= 1
            and r.activity_id is null and s.cost = 0 as lacks_resource,
            coalesce(s.duration_days, weekday_number(s.finish) - weekday_number(s.start - 1), 1) >= 1 as is_day_long,
            s.baseline_start is null or s.baseline_finish is null as lacks_baseline,
            s.baseline_finish is null as lacks_baseline_finish,
            coalesce(s.baseline_finish <= s.status_date, false) as is_due,
            coalesce(s.baseline_finish <= s.status_date and coalesce(s.actual_finish, s.finish) > s.baseline_finish, false)
                as is_missed,
            s.is_begun and not s.is_done as is_underway,
            s.actual_start is null as lacks_actual_start,
            s.actual_finish is null as lacks_actual_finish,
            v.actual_start is not null as had_actual_start,
            v.actual_finish is not null as had_actual_finish,
            v.actual_start is not null and coalesce(v.actual_start <> s.actual_start, true) as is_start_rewritten,
            v.actual_finish is not null and coalesce(v.actual_finish <> s.actual_finish, true) as is_finish_rewritten,
            v.activity_id is not null and not s.is_done as is_open_twice,
            (
                (
                    not s.is_begun
                    and date_diff('day', s.status_date, s.start) between 0 and 3
                    and date_diff('day', v.status_date, v.start) between 0 and 3
                )
                or (
                    date_diff('day', s.status_date, s.finish) between 0 and 3
                    and date_diff('day', v.status_date, v.finish) between 0 and 3
                )
            ) as is_riding
        from schedule as s
        left join logic as l
            on s.project_id = l.project_id and s.status_date = l.status_date and s.activity_id = l.activity_id
        left join resourced as r
            on s.project_id = r.project_id and s.status_date = r.status_date and s.activity_id = r.activity_id
        left join previous as d on s.project_id = d.project_id and s.status_date = d.status_date
        left join schedule as v
            on s.project_id = v.project_id and s.activity_id = v.activity_id and d.previous_date = v.status_date
    ),

    linked as (
        select
            r.rule_set,
            k.project_id,
            k.status_date,
            count(case when r.is_all or not k.is_successor_done then 1 end) as links,
            count(case when (r.is_all or not k.is_successor_done) and k.lag_days < 0 then 1 end) as leads,
            count(case when (r.is_all or not k.is_successor_done) and k.lag_days > 0 then 1 end) as lags,
            count(case when (r.is_all or not k.is_successor_done) and k.kind = 'FS' then 1 end) as fs,
            count(case when k.is_out_of_sequence then 1 end) as out_of_sequence
        from link as k
        cross join (values ('2009', true), ('later', false), ('decm_v5', true)) as r (rule_set, is_all)
        group by r.rule_set, k.project_id, k.status_date
    ),

    path as (
        select
            project_id,
            status_date,
            min(total_float_days) as least_float,
            greatest(0, weekday_number(max(finish)) - weekday_number(status_date)) as path_length
        from schedule
        where not is_done and not is_summary
        group by project_id, status_date
    ),

    counted as (
        select
            r.rule_set,
            j.project_id,
            j.status_date,
            count(case when j.is_counted then 1 end) as tasks,
            count(case when j.is_counted and (r.is_all or not j.is_done) then 1 end) as scope,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.lacks_logic then 1 end) as lacks_logic,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.is_dangling then 1 end) as dangling,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.has_lag then 1 end) as with_lag,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.is_hard then 1 end) as hard,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.has_high_float then 1 end) as high_float,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.has_negative_float then 1 end) as negative_float,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.is_long then 1 end) as long,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.is_day_long then 1 end) as day_long,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.lacks_resource then 1 end) as lacks_resource,
            count(case when j.is_counted and (r.is_all or not j.is_done) and j.lacks_baseline then 1 end) as lacks_baseline,
            count(case when j.is_counted and j.is_forecast_past then 1 end) as forecast_past,
            count(case when j.is_counted and j.is_actual_future then 1 end) as actual_future,
            count(case when j.is_counted and (j.is_forecast_past or j.is_actual_future) then 1 end) as invalid,
            count(case when j.is_summary then 1 end) as summaries,
            count(case when j.is_summary and j.has_logic then 1 end) as summaries_linked,
            count(case when j.is_counted and j.is_due then 1 end) as due,
            count(case when j.is_counted and j.is_missed then 1 end) as missed,
            count(case when j.is_counted and j.is_done then 1 end) as done,
            count(case when j.is_counted and j.is_done and j.lacks_actual_finish then 1 end) as done_without_finish,
            count(case when j.is_counted and j.is_due and j.is_done then 1 end) as due_done,
            count(case when j.is_counted and j.lacks_baseline_finish then 1 end) as unbaselined,
            count(case when j.is_counted and j.lacks_baseline_finish and j.is_done then 1 end) as unbaselined_done,
            count(case when j.is_counted and j.is_underway then 1 end) as underway,
            count(case when j.is_counted and j.is_underway and j.lacks_actual_start then 1 end) as underway_without_start,
            count(case when j.is_counted and j.had_actual_start then 1 end) as started_before,
            count(case when j.is_counted and j.is_start_rewritten then 1 end) as start_rewritten,
            count(case when j.is_counted and j.had_actual_finish then 1 end) as finished_before,
            count(case when j.is_counted and j.is_finish_rewritten then 1 end) as finish_rewritten,
            count(case when j.is_counted and j.is_open_twice then 1 end) as open_twice,
            count(case when j.is_counted and j.is_open_twice and j.is_riding then 1 end) as riding
        from judged as j
        cross join (values ('2009', true), ('later', false), ('decm_v5', false)) as r (rule_set, is_all)
        group by r.rule_set, j.project_id, j.status_date
    ),

    rule as (
        select
            rule_set,
            check_id,
            name,
            measure,
            population,
            direction,
            cast(threshold as double) as threshold
        from (
            values
            ('2009', '1', 'Logic', 'lacks_logic', 'activities in scope', 'at_most', 0.05),
            ('2009', '2', 'Leads', 'leads', 'links in scope', 'at_most', 0),
            ('2009', '3', 'Lags', 'lags', 'links in scope', 'at_most', 0.05),
            ('2009', '4', 'Relationship types: finish to start', 'fs', 'links in scope', 'at_least', 0.90),
            ('2009', '5', 'Hard constraints', 'hard', 'activities in scope', 'at_most', 0.05),
            ('2009', '6', 'High float', 'high_float', 'activities in scope', 'at_most', 0.05),
            ('2009', '7', 'Negative float', 'negative_float', 'activities in scope', 'at_most', 0),
            ('2009', '8', 'High duration', 'long', 'activities in scope', 'at_most', 0.05),
            ('2009', '9', 'Invalid dates', 'invalid', 'activities', 'at_most', 0),
            ('2009', '10', 'Resources: without resource or cost', 'lacks_resource', 'activities of a day or more', null, null),
            ('2009', '11', 'Missed tasks', 'missed', 'activities due by the baseline', 'at_most', 0.05),
            ('2009', '12', 'Critical path test', 'none', 'none', null, null),
            ('2009', '13', 'Critical path length index (CPLI)', 'path_and_float', 'working days to the last forecast finish', 'at_least', 0.95),
            ('2009', '14', 'Baseline execution index (BEI), cumulative', 'done', 'activities due or without baseline', 'at_least', 0.95),
            ('2009', '14_hit_task', 'Baseline execution index (BEI), hit-task', 'due_done', 'activities due by the baseline', 'at_least', 0.95),
            ('2009', '14_inclusive', 'Baseline execution index (BEI), inclusive', 'done', 'activities due, or finished without baseline', 'at_least', 0.95),
            ('later', '1', 'Logic', 'lacks_logic', 'activities in scope', 'at_most', 0.05),
            ('later', '2', 'Leads', 'leads', 'links in scope', 'at_most', 0),
            ('later', '3', 'Lags', 'lags', 'links in scope', 'at_most', 0.05),
            ('later', '4', 'Relationship types: finish to start', 'fs', 'links in scope', 'at_least', 0.90),
            ('later', '5', 'Hard constraints', 'hard', 'activities in scope', 'at_most', 0.05),
            ('later', '6', 'High float', 'high_float', 'activities in scope', 'at_most', 0.05),
            ('later', '7', 'Negative float', 'negative_float', 'activities in scope', 'at_most', 0),
            ('later', '8', 'High duration', 'long', 'activities in scope', 'at_most', 0.05),
            ('later', '9', 'Invalid dates', 'invalid', 'activities', 'at_most', 0),
            ('later', '10', 'Resources: without resource or cost', 'lacks_resource', 'activities of a day or more', null, null),
            ('later', '11', 'Missed tasks', 'missed', 'activities due by the baseline', 'at_most', 0.05),
            ('later', '12', 'Critical path test', 'none', 'none', null, null),
            ('later', '13', 'Critical path length index (CPLI)', 'path_and_float', 'working days to the last forecast finish', 'at_least', 0.95),
            ('later', '14', 'Baseline execution index (BEI), cumulative', 'done', 'activities due or without baseline', 'at_least', 0.95),
            ('later', '14_hit_task', 'Baseline execution index (BEI), hit-task', 'due_done', 'activities due by the baseline', 'at_least', 0.95),
            ('later', '14_inclusive', 'Baseline execution index (BEI), inclusive', 'done', 'activities due, or finished without baseline', 'at_least', 0.95),
            ('decm_v5', '06A204b', 'Open starts or finishes', 'dangling', 'activities in scope', 'at_most', 0),
            ('decm_v5', '06A205a', 'Activities with a lag', 'with_lag', 'activities in scope', 'at_most', 0.10),
            ('decm_v5', '06A208a', 'Summaries with logic', 'summaries_linked', 'summaries', 'at_most', 0),
            ('decm_v5', '06A209a', 'Hard constraints', 'hard', 'activities in scope', 'at_most', 0),
            ('decm_v5', '06A212a', 'Out-of-sequence links', 'out_of_sequence', 'links in scope', 'at_most', 0),
            ('decm_v5', '06A501a', 'Without baseline dates', 'lacks_baseline', 'activities in scope', 'at_most', 0.05),
            ('decm_v5', '06A504a', 'Actual start changed after it was reported', 'start_rewritten', 'activities reported as begun before', 'at_most', 0.10),
            ('decm_v5', '06A504b', 'Actual finish changed after it was reported', 'finish_rewritten', 'activities reported as finished before', 'at_most', 0.10),
            ('decm_v5', '06A505a', 'In progress without actual start', 'underway_without_start', 'activities in progress', 'at_most', 0.05),
            ('decm_v5', '06A505b', 'Complete without actual finish', 'done_without_finish', 'finished activities', 'at_most', 0.05),
            ('decm_v5', '06A506a', 'Actual dates in the future', 'actual_future', 'activities', 'at_most', 0.05),
            ('decm_v5', '06A506b', 'Forecast dates in the past', 'forecast_past', 'activities in scope', 'at_most', 0),
            ('decm_v5', '06A506c', 'Forecast dates riding the status date twice running', 'riding', 'activities open in this report and the one before', 'at_most', 0.01)
        ) as r (rule_set, check_id, name, measure, population, direction, threshold) -- noqa: AL05
    ),

    ratio as (
        select
            c.project_id,
            c.status_date,
            r.check_id,
            r.rule_set,
            r.name,
            r.population,
            r.direction,
            r.threshold,
            case r.measure
                when 'lacks_logic' then c.lacks_logic
                when 'leads' then k.leads
                when 'lags' then k.lags
                when 'fs' then k.fs
                when 'hard' then c.hard
                when 'high_float' then c.high_float
                when 'negative_float' then c.negative_float
                when 'long' then c.long
                when 'invalid' then c.invalid
                when 'lacks_resource' then c.lacks_resource
                when 'missed' then c.missed
                when 'path_and_float' then w.path_length + w.least_float
                when 'done' then c.done
                when 'due_done' then c.due_done
                when 'dangling' then c.dangling
                when 'with_lag' then c.with_lag
                when 'summaries_linked' then c.summaries_linked
                when 'out_of_sequence' then k.out_of_sequence
                when 'lacks_baseline' then c.lacks_baseline
                when 'start_rewritten' then c.start_rewritten
                when 'finish_rewritten' then c.finish_rewritten
                when 'underway_without_start' then c.underway_without_start
                when 'done_without_finish' then c.done_without_finish
                when 'actual_future' then c.actual_future
                when 'forecast_past' then c.forecast_past
                when 'riding' then c.riding
            end as numerator,
            case r.population
                when 'activities in scope' then c.scope
                when 'links in scope' then k.links
                when 'activities' then c.tasks
                when 'activities of a day or more' then c.day_long
                when 'activities due by the baseline' then c.due
                when 'working days to the last forecast finish' then w.path_length
                when 'activities due or without baseline' then c.due + c.unbaselined
                when 'activities due, or finished without baseline' then c.due + c.unbaselined_done
                when 'summaries' then c.summaries
                when 'activities reported as begun before' then c.started_before
                when 'activities reported as finished before' then c.finished_before
                when 'activities in progress' then c.underway
                when 'finished activities' then c.done
                when 'activities open in this report and the one before' then c.open_twice
            end as denominator
        from counted as c
        inner join rule as r on c.rule_set = r.rule_set
        left join linked as k on c.project_id = k.project_id and c.status_date = k.status_date and c.rule_set = k.rule_set
        left join path as w on c.project_id = w.project_id and c.status_date = w.status_date
    )

    select
        q.project_id,
        g.status_date,
        q.check_id,
        q.rule_set,
        q.name,
        cast(q.numerator as double) as numerator,
        cast(q.denominator as double) as denominator,
        cast(q.numerator as double) / nullif(q.denominator, 0) as ratio,
        q.threshold,
        q.direction,
        case
            when q.direction = 'at_most' then cast(q.numerator as double) / nullif(q.denominator, 0) <= q.threshold + 1e-9
            when q.direction = 'at_least' then cast(q.numerator as double) / nullif(q.denominator, 0) >= q.threshold - 1e-9
        end as passed,
        case
            when q.check_id = '12' then 'needs the network calculated: schedule.schedule_quality does it'
            when q.denominator is null then 'not in the schedule received: ' || q.population
            when q.denominator = 0 then 'none to count: ' || q.population
            when q.numerator is null then 'no total float supplied'
            when q.threshold is null then 'for information: no pass line'
        end as reason
    from ratio as q
    inner join report_received(known_at) as g
        on g.table_name = 'activity' and q.project_id = g.project_id and q.status_date = g.reported_on and g.is_counted;

create or replace view schedule_quality as select * from schedule_quality(2147483646);

comment on view schedule_quality is 'Quality of each schedule by check, under a named rule set: 2009 (DCMA 14-point assessment, note of 9 November 2009, complete and incomplete activities), later (DCMA PAM 200.1, 2012, and Edwards, 2016: incomplete activities) or decm_v5 (DECM V5.0, 2022, the part a schedule can answer). Summaries, level of effort and zero-length milestones are not counted; working days are Monday to Friday. Source: R. Winter, DCMA 14-Point Schedule Assessment (2011); Edwards (2016); DECM V5.0.';
comment on column schedule_quality.project_id is 'Project the schedule is of.';
comment on column schedule_quality.status_date is 'Data date of the schedule.';
comment on column schedule_quality.check_id is 'Number of the check: 1 to 14 for DCMA, with 14 the cumulative BEI and its two other readings as 14_hit_task and 14_inclusive; the metric id for DECM.';
comment on column schedule_quality.rule_set is 'Rules the check is read from: 2009, later or decm_v5; the same schedule can pass one and fail another.';
comment on column schedule_quality.name is 'Name of the check.';
comment on column schedule_quality.numerator is 'What the check counts; a count, or working days for check 13: path length + least float; null where it cannot be counted.';
comment on column schedule_quality.denominator is 'What it is counted among; a count, or working days from the status date to the last forecast finish for check 13; null where nothing of the kind was received.';
comment on column schedule_quality.ratio is 'numerator / denominator; a fraction, an index around 1 for 13 and 14; null where the denominator is 0 or unknown.';
comment on column schedule_quality.threshold is 'Pass line for the ratio; a fraction; null where the rule set names none.';
comment on column schedule_quality.direction is 'at_most: a ratio up to the threshold passes; at_least: a ratio from the threshold on does; null for information only.';
comment on column schedule_quality.passed is 'Whether the ratio meets the threshold, within 1e-9; null where either is null.';
comment on column schedule_quality.reason is 'Why the row is not judged, in words; null where it is.';
