"""Reading a file's cells as its sender sees them, whatever the file is, within stated limits."""

import base64
import datetime as dt
import gzip
import io
import os
import socket
import time
import zipfile
import zlib

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from pmo_analytics.errors import PmoAnalyticsError, UnreadableFileError
from pmo_analytics.intake.files.cells import read_cells
from pmo_analytics.intake.files.sheet import LONGEST_CELL

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECONDS = 10  # for a hostile file; each takes under two where nothing else runs
# An .xls workbook: sheet project with project_id, name, pct, date / P1, A, 45 %, 2024-01-02 /
# P2, B, 100 %; and a hidden sheet hid.
XLS = (
    "c-rk)O=uHQ5dPlgKeo+}sn7}~6s%g?L-pdNt}SR!mgq$hp{Ct{u_h@Y2kSwrHAg}4r1W5+9=ue&w2BIf7Y{;34}u^x"
    "dh{eHcxbcEOm=Il5gO1y>we+Qo0<1!cJ{q_KiSs{k;Ul;ttI?|18|{i2H;(#Q&a-B5C*lICbM?!r(!zTPzd;GBE23w"
    "ZhYnAIpp~+LBoCbbE3dUDyJ}p!CW>KuOs>;hNR*cdX<}UPs0?ICbURgQK2J3w+g){eV+(DD4J_Rd#UfDI*A2+uyena"
    "$0xLQX=@^?FfTUmMbm?3yyQH-bX`^YdeE0oC(mvAhBkKtW<W_Wkjkd=EQfFhL13KFoyl|?#v)>rAT#)8#(}T)PVg-5"
    "=<BOjApQ5Xdfy-Pe%i9D=>s&m)%3wC{cmV)U;^f8#ml9L5T@MR;=@=zcQ!RrC}In4dpVh0IFmM(pvytQg%Zf>G?X^T"
    "Dx1utT%;Q*kYFSWDOz=j9!kYNX7&=(Pvv}&&1G*2ui2X#WyLlSH7E?`BeHJ8^rB05zq~mzoY03vGa=_u<<#22F8~vl"
    "*@BFlq{StaTRO#JkI*aPb-VDbLSwW<sP0HKTg>4}>2p<DJLoz41aI}7tN2~S7e60;*jD_c?<RhBpmZTN`%a%mI}MCM"
    "_WYYfm+DftZZaO}cCD=a?Ss&k-}XAc7PewHt)n@FWgcomL}*3g(NQasW{p)va*^b+e5oqFl=yO6{gwFgko1&d<J~xl"
    "d5LH4g+_kZizZ&zdeOv-*YZ-CFP_Yc8cUiaG~G6|DCW2;?c6_6j~q}dbfe~gs+t3SdsI<vR2?{Q;J|?c2mdpa+zTsr"
    "VZI-EtUH#^`mVD~rR;nr*|a!@9Q_LPhwl)wROc~XQ~qp&N7=sAI&JLlg^c6$^gKo}EOCt1oWFEOR;%A<-G<@6w}fha"
    "ez}%7|MByG0D~PISO"
)


@pytest.fixture
def book(tmp_path):
    """Write a workbook that a function fills, and read it back."""

    def write(fill, *, name="book.xlsx"):
        workbook = openpyxl.Workbook()
        fill(workbook.active)
        workbook.save(tmp_path / name)
        return read_cells(tmp_path / name)["Sheet"]

    return write


@pytest.fixture
def text(tmp_path):
    """Write a text file, and read it back."""

    def write(content, *, name="project.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_cells(tmp_path / name)[""]

    return write


def raw_book(path, rows, *, styles="<xf/>", book="", before=""):
    """Write an .xlsx file by hand: rows as XML, cell styles, and what stands in workbook.xml."""
    relation = (
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        f"<Relationship Id='r1' Type='{RELATIONS}/{{}}' Target='{{}}'/></Relationships>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", relation.format("officeDocument", "xl/workbook.xml"))
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            f"<workbook {MAIN} xmlns:r='{RELATIONS}'>{book}"
            "<sheets><sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            relation.format("worksheet", "worksheets/sheet1.xml"),
        )
        archive.writestr(
            "xl/styles.xml",
            f"<styleSheet {MAIN}><numFmts><numFmt numFmtId='164' formatCode='[h]:mm:ss'/></numFmts>"
            f"<cellXfs>{styles}</cellXfs></styleSheet>",
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
        )
    return path


def raw_ods(path, rows, *, styles=""):
    """Write an .ods file by hand."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
            ("fo", "xsl-fo-compatible"),
        )
    )  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:automatic-styles>{styles}"
            "</office:automatic-styles><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def refused(path):
    """Read a file that is refused; give the sentence, which comes in good time."""
    began = time.monotonic()
    with pytest.raises(UnreadableFileError) as caught:
        read_cells(path)
    assert time.monotonic() - began < SECONDS
    assert "\n" not in str(caught.value)
    return str(caught.value)


# As the sender sees it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (0.45, "0%", "45%"),
        (1, "0%", "100%"),
        (0, "0%", "0%"),
        (0.125, "0.0%", "12.5%"),
        (0.29, "0.00%", "29%"),  # 0.29 times 100 is 28.999999999999996 in binary
        (0.1 + 0.2, "0%", "30%"),
        (-0.05, "0%;[Red]-0%", "-5%"),
        (1.05, "#,##0%", "105%"),
        (0.45, "General", "0.45"),
        (45, '0"%"', "45"),  # the sign is only written behind the number
        (45, r"0\%", "45"),
        ("n/a", "0%", "n/a"),
        (1200, "#,##0", "1200"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "100000000000000000000"),
        (12345678.91, '"£"#,##0.00', "12345678.91"),
        (dt.date(2026, 3, 31), "yyyy-mm-dd", "2026-03-31"),
        (dt.time(0, 0), "hh:mm", "00:00:00"),
        (dt.timedelta(hours=26), "[h]:mm", "26:00:00"),
        (True, "General", "true"),
        ("50%", "0%", "50%"),  # a text typed into a cell of percentages
        ("0", "0%", "0"),
    ],
)
def test_a_cell_is_read_as_its_sender_sees_it(book, value, number_format, seen):
    def fill(sheet):
        sheet["B2"] = value
        sheet["B2"].number_format = number_format

    assert book(fill).cells[1][1] == seen


def test_a_percent_cell_of_open_document_is_read_as_a_percentage(tmp_path):
    cell = '<table:table-cell office:value-type="{}" office:{}="{}"><text:p>{}</text:p></table:table-cell>'
    row = "".join([
        cell.format("percentage", "value", "0.45", "45%"),
        cell.format("float", "value", "1200.50", "1,200.50"),
        cell.format("date", "date-value", "2026-03-31T00:00:00", "31/03/26"),
        cell.format("time", "time-value", "PT26H00M00S", "26:00"),
        cell.format("boolean", "boolean-value", "true", "TRUE"),
    ])  # fmt: skip
    path = raw_ods(tmp_path / "a.ods", f"<table:table-row>{row}</table:table-row>")

    assert read_cells(path)["S"].cells == [["45%", "1200.5", "2026-03-31", "26:00:00", "true"]]


def test_the_text_of_an_open_document_keeps_its_lines_and_leaves_out_notes(tmp_path):
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a note</text:p>'
        '</office:annotation><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p>'
        "</table:table-cell>"
    )
    path = raw_ods(tmp_path / "a.ods", f"<table:table-row>{cell}</table:table-row>")

    assert read_cells(path)["S"].cells == [["a  b\nc"]]


def test_colours_strikes_and_hidden_rows_of_open_document_are_seen(tmp_path):
    styles = (
        '<style:style style:name="c1" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#ff0000"/>'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    cell = '<table:table-cell table:style-name="c1" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    path = raw_ods(
        tmp_path / "a.ods",
        '<table:table-column table:visibility="collapse"/>'
        f"<table:table-row><table:table-cell/></table:table-row>"
        f'<table:table-row table:visibility="filter">{cell}</table:table-row>',
        styles=styles,
    )

    sheet = read_cells(path)["S"]

    assert sheet.cells == [[], ["x"]]
    assert sheet.fills == {(1, 0): "FF0000"}
    assert sheet.struck == {(1, 0)}
    assert sheet.hidden_rows == {1}
    assert sheet.hidden_columns == {0}


def test_what_stands_beside_the_cells_of_a_workbook_is_seen(book):
    def fill(sheet):
        sheet.append(["project_id", "rag", "name"])
        sheet.append(["P1", None, "kept"])
        sheet.append(["P2", None, "struck"])
        sheet["B2"].fill = PatternFill("solid", fgColor="FF0000")
        sheet["B3"].fill = PatternFill("solid", fgColor=Color(indexed=13))  # yellow
        sheet["C3"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.4))
        sheet["A1"].fill = PatternFill("solid", fgColor="FFFFFF")  # white is no colour
        sheet["A3"].font = Font(strike=True)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.merge_cells("A5:B6")

    sheet = book(fill)

    assert sheet.fills == {(1, 1): "FF0000", (2, 1): "FFFF00", (2, 2): "95B3D7"}
    assert sheet.struck == {(2, 0)}
    assert sheet.hidden_rows == {2}
    assert sheet.hidden_columns == {2}
    assert sheet.merged == (((4, 0), (5, 1)),)
    assert sheet.cells[1] == ["P1", None, "kept"]


def test_a_hidden_sheet_says_so(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    workbook.create_sheet("away")["A1"] = "y"
    workbook["away"].sheet_state = "veryHidden"
    workbook.save(tmp_path / "a.xlsx")

    sheets = read_cells(tmp_path / "a.xlsx")

    assert {name: sheet.is_hidden for name, sheet in sheets.items()} == {
        "Sheet": False,
        "away": True,
    }


def test_a_workbook_that_counts_from_1904_says_so_and_gives_its_dates_right(tmp_path):
    cells = '<row r="1"><c r="A1" s="1"><v>40000</v></c><c r="B1"><v>40000</v></c></row>'
    path = raw_book(
        tmp_path / "a.xlsx",
        cells,
        styles="<xf/><xf numFmtId='14'/>",
        book="<workbookPr date1904='1'/>",
    )

    sheet = read_cells(path)["S"]

    # 40,000 days after 1904-01-01; the bare number is left for who knows whether it is a date.
    assert sheet.cells == [["2013-07-07", "40000"]]
    assert sheet.is_1904


def test_a_duration_longer_than_any_is_read_as_a_number_beside_true_ones(tmp_path):
    cells = '<row r="1"><c r="A1" s="1"><v>2500000000</v></c><c r="B1" s="1"><v>1.25</v></c></row>'
    path = raw_book(tmp_path / "a.xlsx", cells, styles="<xf/><xf numFmtId='164'/>")

    assert read_cells(path)["S"].cells == [["2500000000", "30:00:00"]]


def test_cells_without_an_address_stand_one_after_another(tmp_path):
    rows = (
        '<row><c><v>1</v></c><c s="1"><v>0.5</v></c></row><row><c/><c s="1"><v>0.25</v></c></row>'
    )
    path = raw_book(tmp_path / "a.xlsx", rows, styles="<xf/><xf numFmtId='9'/>")

    assert read_cells(path)["S"].cells == [["1", "50%"], [None, "25%"]]


def test_errors_and_formulas_never_calculated_are_kept(book):
    def fill(sheet):
        sheet["B2"] = "=A1*2"
        sheet["C3"] = "#REF!"
        sheet["C3"].data_type = "e"

    assert book(fill).cells == [
        [None, None, None],
        [None, "=A1*2", None],
        [None, None, "#REF!"],
    ]


def test_an_old_workbook_is_read_and_says_what_cannot_be_seen_in_it(tmp_path):
    (tmp_path / "a.xls").write_bytes(zlib.decompress(base64.b85decode(XLS)))

    sheets = read_cells(tmp_path / "a.xls")

    assert sheets["project"].cells[1] == ["P1", "A", "0.45", "2024-01-02"]
    assert sheets["hid"].is_hidden
    assert "a cell shown as 45% arrives as 0.45" in sheets["project"].notes[0]


# Bounded ------------------------------------------------------------------------------------------


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path):
    text = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = (
        f'<row r="1">{text.format("A1", "project_id")}</row><row r="2">{text.format("A2", "P1")}</row>'
        f'<row r="1048576">{text.format("XFD1048576", "x")}</row>'
    )
    began = time.monotonic()

    cells = read_cells(raw_book(tmp_path / "a.xlsx", rows))["S"].cells

    assert time.monotonic() - began < SECONDS
    assert [row for row in cells if any(row)] == [["project_id"], ["P1"], [None] * 16383 + ["x"]]
    assert len(cells) == 1_048_576


def test_a_blank_in_the_last_corner_is_no_cell(tmp_path):
    blank = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>'
    path = raw_book(tmp_path / "a.xlsx", f'<row r="1"><c r="A1"><v>1</v></c></row>{blank}')

    assert read_cells(path)["S"].cells == [["1"]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>', "where no sheet has any"),
        ('<row r="1"><c r="A99999999999"><v>1</v></c></row>', "where no sheet has any"),
        (
            "".join(
                f'<row r="{n}"><c r="{chr(65 + n // 676)}{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}{n}">'
                "<v>1</v></c></row>"
                for n in range(1, 15_000)
            ),
            "too far apart",
        ),
    ],
)  # fmt: skip
def test_cells_too_far_apart_are_refused(tmp_path, rows, said):
    assert said in refused(raw_book(tmp_path / "a.xlsx", rows))


def test_an_open_document_that_repeats_a_row_a_million_times_is_refused(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    path = raw_ods(
        tmp_path / "a.ods",
        f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>',
    )

    assert "too large to be read" in refused(path)


def test_an_open_document_with_empty_rows_to_the_end_is_read(tmp_path):
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    path = raw_ods(
        tmp_path / "a.ods",
        f"<table:table-row>{cell}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>',
    )

    assert read_cells(path)["S"].cells == [["1"]]


def test_a_workbook_that_unpacks_to_more_than_is_read_is_refused(tmp_path):
    path = raw_book(tmp_path / "a.xlsx", "")
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w") as part,
    ):
        for _ in range(600):
            part.write(bytes(1 << 20))

    assert "it unpacks to 600 MB, and at most 512 MB are read" in refused(path)


def test_a_packed_file_that_unpacks_to_more_than_is_read_is_refused(tmp_path):
    with gzip.open(tmp_path / "a.csv.gz", "wb", compresslevel=1) as file:
        for _ in range(300):
            file.write(b"a,b\n" * (1 << 18))

    assert "it unpacks to more than 256 MB" in refused(tmp_path / "a.csv.gz")


@pytest.mark.parametrize("content", ['a,b\n1,"{}"\n', "a,b\n1,{}\n"])
def test_a_cell_longer_than_is_read_is_named(tmp_path, content):
    (tmp_path / "a.csv").write_text(content.format("x" * 10_000_000))

    assert "row 2, column 2 holds 10,000,000 characters" in refused(tmp_path / "a.csv")


def test_a_long_cell_of_a_workbook_is_named(tmp_path):
    long = f'<c r="C4" t="inlineStr"><is><t>{"x" * (LONGEST_CELL + 1)}</t></is></c>'
    path = raw_book(tmp_path / "a.xlsx", f'<row r="4">{long}</row>')

    assert "row 4, column 3: a cell holds 1,000,001 characters" in refused(path)


def test_a_text_of_a_megabyte_in_a_thousand_cells_is_refused(tmp_path):
    path = raw_book(
        tmp_path / "a.xlsx",
        "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 100_001)),
    )
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/sharedStrings.xml", f"<sst {MAIN}><si><t>{'x' * 900_000}</t></si></sst>"
        )

    assert "come to more than 512 MB" in refused(path)


def test_a_hundred_thousand_columns_are_read(text):
    row = ",".join(str(n) for n in range(100_000))

    assert len(text(f"{row}\n{row}\n").cells[1]) == 100_000


def test_entities_of_its_own_are_not_expanded(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'

    assert "entity" in refused(raw_book(tmp_path / "a.xlsx", cell, before=bomb))


@pytest.mark.skipif(os.name == "nt", reason="there are no such files on Windows")
def test_a_pipe_a_socket_and_a_device_are_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket may not be long
    os.mkfifo("pipe.csv")
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.csv")
        for name in ("pipe.csv", "device.csv", "socket.csv"):
            assert "is a pipe, a socket or a device and no file" in refused(tmp_path / name)


# By another name ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.xls", b"<html><table><tr><td>P1</td></tr></table></html>", "page.xls is an HTML page by another name; open it and save it as .xlsx or .csv"),
        ("page.csv", b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html>", "is an HTML page"),
        ("table.xls", b"<table border=1>", "is an HTML page"),
        ("old.xls", b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "is an XML Spreadsheet of 2003"),
        ("a.csv", b"%PDF-1.7\n", "is a PDF"),
        ("a.xlsx", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "is a Git LFS pointer"),
        ("a.csv", bytes(range(256)) * 4, "holds bytes that are no text"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18), "is a zip archive and no workbook"),
        ("a.parquet", b"project_id\nP1\n", "cannot be read as parquet"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_says_what_it_is(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)

    assert said in refused(tmp_path / name)


def test_a_word_document_named_as_a_workbook_says_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    assert "is a Word document; save the table as .xlsx" in refused(tmp_path / "a.xlsx")


@pytest.mark.parametrize("name", ["a.xls", "a.xlsx"])
@pytest.mark.parametrize("mark", ["\t", ","])
def test_text_named_as_a_workbook_is_read_as_text_and_says_so(text, name, mark):
    sheet = text(f"project_id{mark}name\nP1{mark}one\n", name=name)

    assert sheet.cells == [["project_id", "name"], ["P1", "one"]]
    assert sheet.notes == (f"{name} is no workbook but text, and was read as such",)


def test_a_workbook_is_read_by_what_it_is_whatever_its_name(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    workbook.save(tmp_path / "a.xlsx")
    for name in ("a.xls", "a.csv", "a.ods"):
        (tmp_path / name).write_bytes((tmp_path / "a.xlsx").read_bytes())
        assert read_cells(tmp_path / name)["Sheet"].cells == [["x"]]
    (tmp_path / "old.xlsx").write_bytes(zlib.decompress(base64.b85decode(XLS)))
    assert read_cells(tmp_path / "old.xlsx")["project"].cells[2] == ["P2", "B", "1"]


# Text files ---------------------------------------------------------------------------------------

TWO_ROWS = [["project_id", "name"], ["P1", "café"]]


@pytest.mark.parametrize(
    ("encoding", "mark", "note"),
    [
        ("utf-8", "\n", ""),
        ("utf-8-sig", "\r\n", ""),
        ("utf-16", "\r\n", ""),
        ("utf-16-le", "\n", "UTF-16-LE without a mark"),
        ("utf-16-be", "\n", "UTF-16-BE without a mark"),
        ("utf-32", "\n", ""),
        ("utf-32-le", "\n", "UTF-32-LE without a mark"),
        ("cp1252", "\n", "was read as Windows-1252"),
        ("mac_roman", "\r", "was read as Mac Roman"),
    ],
)
def test_text_is_read_in_the_encoding_it_has(text, encoding, mark, note):
    sheet = text(f"project_id,name{mark}P1,café{mark}".encode(encoding))

    assert sheet.cells == TWO_ROWS
    assert note in "".join(sheet.notes)
    assert bool(sheet.notes) == bool(note)


def test_a_line_that_names_the_separator_is_no_data(text):
    sheet = text('sep=;\r\nproject_id;name\r\nP1;"one, two"\r\n')

    assert sheet.cells == [[], ["project_id", "name"], ["P1", "one, two"]]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('P1,19" rack', ["P1", '19" rack']),
        ('P1,"the 19" rack is late"', ["P1", 'the 19" rack is late']),
        ('P1,"the 19" rack, too",x', ["P1", 'the 19" rack, too', "x"]),
        ('P1,"the 19" rack is late', ["P1", '"the 19" rack is late']),
        ('P1,"a" b,"c ""d"" e"', ["P1", '"a" b', 'c "d" e']),
    ],
)
def test_no_quotation_mark_is_lost(text, line, cells):
    sheet = text(f'project_id,name\n{line}\nP2,"two\nlines"\n')

    assert sheet.cells[1:] == [cells, ["P2", "two\nlines"]]
    assert ("1 quoted cell holds" in "".join(sheet.notes)) == ('P1,"' in line)


def test_many_loose_quotation_marks_are_read_in_time(text):
    began = time.monotonic()

    cells = text('"a" b,' * 100_000).cells

    assert time.monotonic() - began < SECONDS
    assert cells == [['"a" b'] * 100_000 + [None]]


def test_a_quotation_mark_never_closed_is_refused_with_its_row(tmp_path):
    (tmp_path / "a.csv").write_text('a,b\n1,2\n3,"four\n5,6\n')

    assert "the quotation mark opened in row 3 is never closed" in refused(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("\u200bP1\ufeff", "P1"),
        ("P\u200b1", "P1"),
        ("a\x1b[31mb\x1b[0m", "a[31mb[0m"),
        ("a\x00b", "ab"),
        ("a\x0bb\u2028c", "a b c"),
        ("a\u202eb", "ab"),
        ("a\r\nb\tc", "a\nb\tc"),
        (
            "caf\xe9 \N{MAN}\u200d\N{PERSONAL COMPUTER}",
            "caf\xe9 \N{MAN}\u200d\N{PERSONAL COMPUTER}",
        ),
    ],
)
def test_control_and_invisible_characters_do_no_harm(text, sent, kept):
    sheet = text(f'project_id,name\nP0,"{sent}"\n')

    assert sheet.cells[1] == ["P0", kept]
    was_changed = sent.replace("\r", "") != kept
    assert ("characters were taken out of 1 text" in "".join(sheet.notes)) == was_changed


def test_control_characters_of_a_workbook_do_no_harm(book):
    sheet = book(lambda sheet: sheet.append(["a\u2028b\u202e", "\u200bP1"]))

    assert sheet.cells == [["a b", "P1"]]
    assert "taken out of 2 texts" in sheet.notes[0]


def test_damaged_files_end_in_a_sentence(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["project_id", 0.5, dt.date(2024, 1, 2)])
    content = io.BytesIO()
    workbook.save(content)
    raw = content.getvalue()
    sentences = []
    for cut in range(0, len(raw), 97):
        for damaged in (raw[:cut], raw[:cut] + b"\xff" + raw[cut + 1 :]):
            (tmp_path / "a.xlsx").write_bytes(damaged)
            try:
                read_cells(tmp_path / "a.xlsx")
            except PmoAnalyticsError as error:
                sentences.append(str(error))

    assert len(sentences) > 50
    assert not [said for said in sentences if "\n" in said]
