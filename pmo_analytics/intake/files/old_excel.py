"""Read an .xls or .xlsb workbook in a process of its own, and write what it holds to stdout.

Run as a script with the most memory in bytes; the workbook comes on stdin. The library that reads
it ends the process where a damaged file claims more cells than there is memory for, which must not
happen to whoever called.
"""

import pickle
import sys
from io import BytesIO

import python_calamine


def main() -> None:
    """Write a list of sheets: name, whether it is shown, merged ranges, rows of values."""
    _limit_memory(int(sys.argv[1]))
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for sheet in book.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        content = book.get_sheet_by_name(sheet.name)
        rows: list[list[object]] = []
        if content.start is not None:
            before: list[object] = [""] * content.start[1]
            rows = [_without_end([*before, *row]) for row in content.iter_rows()]
        is_shown = sheet.visible == python_calamine.SheetVisibleEnum.Visible
        sheets.append((sheet.name, is_shown, content.merged_cell_ranges or [], rows))
    pickle.dump(sheets, sys.stdout.buffer, protocol=5)


def _without_end(row: list[object]) -> list[object]:
    while row and row[-1] == "":
        row.pop()
    return row


def _limit_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
