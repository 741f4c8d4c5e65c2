"""Tell what a file is from its first bytes, whatever it is called, and say why some are not read."""

import re
import zipfile
from io import BytesIO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an old .xls starts, and also a file with a password
START = 4096
UTF_32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
TWO_THIRDS = 0.66
FEW = 3
TEXT_BUT_FEW = 0.02  # share of bytes that are no text, from which on a file is none
NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x19]")
SAVE_AS = "open it and save it as .xlsx or .csv"
IN_OLE = {
    "EncryptedPackage": "is protected by a password; open it and save it without",
    "WordDocument": "is a Word document; save the table as .xlsx or .csv",
    "PowerPoint Document": "is a PowerPoint file; save the table as .xlsx or .csv",
}
STARTS = (
    (rb"%PDF", "is a PDF; ask for the workbook or the CSV file it was made from"),
    (rb"\{\\rtf", "is a Word document (RTF); save the table as .xlsx or .csv"),
    (rb"version https://git-lfs", "is a Git LFS pointer, not the file itself; run git lfs pull"),
    (rb"ERMHDR", "is a Primavera P6 schedule (XER), which is not read yet; export it to Excel"),
    (
        rb".{0,1000}schemas\.microsoft\.com/project|.{0,200}<Project\b",
        "is a Microsoft Project schedule (XML), which is not read yet; export it to Excel or CSV",
    ),
    (
        rb".{0,1000}urn:schemas-microsoft-com:office:spreadsheet",
        f"is an XML Spreadsheet of 2003; {SAVE_AS}",
    ),
    (rb"(?i)(<\?xml.{0,200}|<!--.{0,1000})?\s*<(!doctype html|html|head|meta|body|table|style)\b",
     f"is an HTML page by another name; {SAVE_AS}"),
    (rb"MIME-Version", f"is an HTML page (MHTML) by another name; {SAVE_AS}"),
    (rb"<\?xml", f"is an XML file; {SAVE_AS}"),
)  # fmt: skip


class KindError(ValueError):
    """A file is of a kind that is not read; the message goes on from its name."""


def kind_of(raw: bytes) -> str:
    """Name what the bytes of a file are: xlsx, xlsb, ods, xls, parquet, gz or text.

    Raises:
        KindError: they are something that is not read.
    """
    if raw.startswith(b"\x1f\x8b"):
        return "gz"
    if raw.startswith(b"PAR1"):
        return "parquet"
    if raw.startswith(OLE[:4]):
        return _in_ole(raw)
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(raw)
    if re.match(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00", raw):
        return "xls"  # older than the container that .xls files have had since 1995
    start = raw[:START].removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, why in STARTS:
        if re.match(pattern, start, re.DOTALL):
            raise KindError(why)
    if is_binary(raw):
        raise KindError("holds bytes that are no text, and is no workbook or Parquet file")
    return "text"


def _in_ole(raw: bytes) -> str:
    for stream, why in IN_OLE.items():
        if stream.encode("utf-16-le") in raw:
            raise KindError(why)
    if b"MSProject" in raw or "MSProject".encode("utf-16-le") in raw:
        raise KindError(
            "is a Microsoft Project file (MPP), which is not read yet; export it to Excel"
        )
    if not any(stream.encode("utf-16-le") in raw for stream in ("Workbook", "Book")):
        raise KindError("is protected by a password, or damaged; open it and save it as .xlsx")
    return "xls"


def _in_zip(raw: bytes) -> str:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _open_document(archive)
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.lower().startswith("xl/") for name in names):
        return "xlsx"
    for folder, why in (
        ("word/", IN_OLE["WordDocument"]),
        ("ppt/", IN_OLE["PowerPoint Document"]),
        ("visio/", "is a Visio drawing"),
        ("Index/", f"is a Numbers or Pages document of a Mac; {SAVE_AS}"),
    ):
        if any(name.startswith(folder) for name in names):
            raise KindError(why)
    raise KindError("is a zip archive and no workbook; unpack it and load what is in it")


def _open_document(archive: zipfile.ZipFile) -> str:
    kind = archive.open("mimetype").read(100) if "mimetype" in archive.namelist() else b""
    if kind and b"spreadsheet" not in kind:
        raise KindError(f"is an OpenDocument file and no spreadsheet; {SAVE_AS}")
    return "ods"


def is_binary(raw: bytes) -> bool:
    """Tell bytes that are no text; UTF-16 and UTF-32 are text full of zeros."""
    start = raw[: 1 << 16]
    return not wide_encoding(raw) and len(NO_TEXT.findall(start)) > max(
        FEW, TEXT_BUT_FEW * len(start)
    )


def wide_encoding(raw: bytes) -> str:
    """Name the encoding of text in two or four bytes a character, with or without its mark."""
    if raw.startswith(UTF_32):
        return "utf-32"
    if raw.startswith(UTF_16):
        return "utf-16"
    start = raw[: START - START % 4]
    zeros = [start[place::4].count(0) / max(1, len(start) // 4) for place in range(4)]
    for encoding, is_zero in (
        ("utf-32-le", (0, 1, 1, 1)),
        ("utf-32-be", (1, 1, 1, 0)),
        ("utf-16-le", (0, 1, 0, 1)),
        ("utf-16-be", (1, 0, 1, 0)),
    ):
        if all(
            share > TWO_THIRDS if zero else share < 1 - TWO_THIRDS
            for share, zero in zip(zeros, is_zero, strict=True)
        ):
            return encoding
    return ""
