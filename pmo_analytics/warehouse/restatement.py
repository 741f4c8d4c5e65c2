"""What was said then against what is known now: every figure of a date that changed, and why."""

from datetime import date

import duckdb
import pandas as pd

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError

COLUMNS = [
    "table_name",
    "project_id",
    "row_key",
    "column_name",
    "was",
    "now",
    "cause",
    "file",
    "row_number",
]


def restatement(
    con: duckdb.DuckDBPyConnection, *, status_date: date, was_known_at: int, known_at: int
) -> pd.DataFrame:
    """Figures reported for a status date that differ between two loads.

    Grain:
        One row per table, key and column, ordered by cause and project.

    Columns:
        table_name, project_id, row_key, column_name: which figure; row_key holds the other keys.
        was, now: text as kept; missing where the row was not known or is withdrawn.
        cause: `new` (a row first received since), `withdrawn`, `corrected`, or `re-baselined` (a
            plan figure of a project whose approved baseline changed in between).
        file, row_number: where the later value was received.

    Raises:
        UnknownNameError: nothing was reported for the date in either load.
    """
    frames = [
        _differences(con, table, status_date, was_known_at, known_at)
        for table in model.tables().values()
        if {"project_id", "status_date"} <= set(table.keys)
    ]
    reported = con.execute(
        f"select count(*) from (from project_status({was_known_at}) union all "
        f"from project_status({known_at})) where status_date = $status_date",
        {"status_date": status_date},
    ).fetchall()[0][0]
    if not reported:
        raise UnknownNameError(f"no project reported on {status_date} in either load")
    full = [frame for frame in frames if len(frame)]
    changed = pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=COLUMNS)
    return changed.sort_values(
        ["cause", "project_id", "table_name", "column_name"], ignore_index=True
    )


def _differences(
    con: duckdb.DuckDBPyConnection, table: model.Table, status_date: date, was: int, now: int
) -> pd.DataFrame:
    keys = [key for key in table.keys if key not in ("project_id", "status_date")]
    key = " || ' ' || ".join(f"cast({name} as varchar)" for name in keys) or "''"
    values = [name for name in table.column_names if name not in table.keys]
    texts = ", ".join(f"cast({name} as varchar) as {name}" for name in values)
    columns = ", ".join(values)
    long = (
        "(select * from (select project_id, {key} as row_key, file, row_number, {texts} "
        "from {table}({load}) where status_date = $status_date) "
        "unpivot include nulls (value for column_name in ({columns})))"
    )
    old = long.format(key=key, texts=texts, table=table.name, load=was, columns=columns)
    new = long.format(key=key, texts=texts, table=table.name, load=now, columns=columns)
    return con.execute(
        f"""
        select $table as table_name, project_id, row_key, column_name, o.value as was, n.value as now,
            case
                when o.row_number is null then 'new'
                when n.row_number is null then 'withdrawn'
                when column_name in ('bac', 'pv', 'baseline_finish', 'baseline_date', 'baseline_start')
                    and project_id in (
                        select project_id from baseline({now}) except select project_id from baseline({was})
                        union
                        select project_id from (
                            from (select project_id, baseline_no from baseline({now})
                            except select project_id, baseline_no from baseline({was}))
                        )
                    ) then 're-baselined'
                else 'corrected'
            end as cause,
            coalesce(n.file, o.file) as file, coalesce(n.row_number, o.row_number) as row_number
        from {old} as o full join {new} as n using (project_id, row_key, column_name)
        where o.value is distinct from n.value
        """,
        {"table": table.name, "status_date": status_date},
    ).df()


def still_counting(con: duckdb.DuckDBPyConnection, *, known_at: int) -> dict[str, int]:
    """Count the rows that still count although the file they came from no longer has them.

    Returns:
        The number of rows for each such file.
    """
    return dict(
        con.execute(
            f"select file, count(*) from open_finding({known_at}) where rule = 'no_longer_sent' "
            "group by file order by file"
        ).fetchall()
    )
