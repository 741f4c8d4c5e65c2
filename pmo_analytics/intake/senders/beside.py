"""Remarks on what stands in a sender's sheet beside what is read of it."""

from collections.abc import Iterator

from pmo_analytics.intake.received import Remark
from pmo_analytics.intake.sheet import Sheet

SHOWN = 80  # characters of a value in a message


def remarks_on(
    name: str, sheet: Sheet, *, table: str, header: int, is_workbook: bool
) -> list[Remark]:
    """Remark on hidden and struck-out rows, cells beyond the header, and how a sheet was read.

    `header` is the row of the header, from 0; rows above it are titles.
    """

    def remark(number: int, value: str, severity: str, rule: str, said: str) -> Remark:
        return Remark(name, number, table, "", value, severity, rule, said)

    remarks = [remark(0, name, "note", "how_read", said) for said in sheet.notes]
    if sheet.is_hidden:
        said = f"sheet '{name}' is hidden in the workbook, and was read like the others"
        remarks.append(remark(0, name, "warning", "hidden_sheet", said))
    filled = {at for at, row in enumerate(sheet.cells) if at > header and any(row)}
    for rows, rule, said in (
        (sheet.hidden_rows, "hidden_row", "is hidden in the workbook"),
        ({row for row, _ in sheet.struck}, "struck_row", "has text that is struck out"),
    ):
        remarks += [
            remark(
                row + 1, "", "warning", rule, f"row {row + 1} {said}, and was read like the others"
            )
            for row in sorted(filled.intersection(rows))
        ]
    for number, beyond in _beyond(sheet, header):
        shown = " | ".join(beyond)[:SHOWN]
        said = f"to the right of the last column of the header stands '{shown}', which was not read"
        if not is_workbook:
            said += "; the row seems to be shifted: look for a separator too many in it"
        rule = "beyond_header" if is_workbook else "shifted_row"
        remarks.append(remark(number, beyond[0], "warning", rule, said))
    return remarks


def _beyond(sheet: Sheet, header: int) -> Iterator[tuple[int, list[str]]]:
    width = max((at for at, cell in enumerate(sheet.cells[header], start=1) if cell), default=0)
    for number, row in enumerate(sheet.cells[header + 1 :], start=header + 2):
        beyond = [cell for cell in row[width:] if cell and not cell.isspace()]
        if beyond:
            yield number, beyond
