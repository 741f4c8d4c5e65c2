"""A document in XML read as a stream: nothing is held but what is being read.

A document type (DTD) is refused, as it may define entities that grow without end.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.delimited import wide_encoding
from pmo_analytics.intake.files.sheet import LimitError
from pmo_analytics.intake.senders.schedules.encoding import encoding_of

CHUNK = 1 << 16
MOST_HELD = 16 << 20  # bytes or characters of one row, or of what stands outside the lists
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
MANY_BYTES = re.compile(r"gb|big5|euc|shift|sjis|iso-2022|ms93|cp93|cp94|cp95|windows-9")


class EncodingError(Exception):
    """The bytes of a document are not in the encoding that it states."""


class Names(dict[str, str]):
    """The names of elements without their namespace; empty for one that is not wanted."""

    def __init__(self, wanted: frozenset[str] | None = None) -> None:
        """Begin with no name; without `wanted` all are."""
        super().__init__()
        self.wanted = wanted

    def __missing__(self, tag: str) -> str:
        """Cut the namespace off a name that is seen for the first time."""
        name = tag.rpartition("}")[2]
        self[tag] = found = name if self.wanted is None or name in self.wanted else ""
        return found


def read(
    path: Path, name: str, root: str, take: Callable[[Element], None], *, encoding: str = ""
) -> Element:
    """Hand over each element of the third level once it is whole, and let go of it; return the root.

    Those are the rows of a document: its root holds lists, such as `Tasks`, and these hold them.
    `name` is what the file is called, `root` how its first element must be called, `encoding` one
    to read it in whatever it states.

    Raises:
        EncodingError: its bytes are no text in the encoding that it states.
        LimitError: one part of it is larger than any of such a file.
        UnreadableFileError: it is no XML, not whole, has another root or a document type.
    """
    try:
        _check_start(path, name, root, encoding)
        return _stream(path, take, encoding)
    except (ParseError, expat.ExpatError) as error:
        if not encoding and "invalid token" in str(error) and encoding_of(path)[1]:
            raise EncodingError from error
        raise UnreadableFileError(
            f"{name} is not whole, or is no XML: {error}; export it again"
        ) from error
    except LimitError:
        raise
    except (LookupError, ValueError) as error:
        raise UnreadableFileError(f"{name} cannot be read as XML: {error}") from error


def _chunks(path: Path, encoding: str) -> Iterator[bytes | str]:
    """Give the file as bytes, or as text where the parser does not know its encoding."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
        encoding = encoding or _unknown_to_expat(start)
        if not encoding:
            yield start
            while raw := file.read(CHUNK):
                yield raw
            return
    with path.open(encoding=encoding, errors="replace") as text:
        while part := text.read(CHUNK):
            yield part


def _unknown_to_expat(start: bytes) -> str:
    """Name the encoding that a document states where the parser cannot read it, else nothing."""
    wide = wide_encoding(start)
    if wide.startswith("utf-32"):
        return wide
    declared = DECLARED.search(start[:400])
    said = declared[1].decode().lower() if declared else ""
    return said if MANY_BYTES.match(said) and not wide else ""


def _check_start(path: Path, name: str, root: str, encoding: str) -> None:
    """Refuse a document type and any other root before the document is read."""
    roots: list[str] = []
    types: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *said: types.append(str(said[0]))
    parser.StartElementHandler = lambda tag, _: roots.append(tag)
    for chunk in _chunks(path, encoding):
        parser.Parse(chunk)
        if types or roots:
            break
    else:
        parser.Parse(b"", True)
    if types:
        raise UnreadableFileError(
            f"{name} defines a document type (DTD), which no export does and which can hide "
            "entities that grow without end; it was not read"
        )
    if roots[0].rpartition(":")[2] != root:
        raise UnreadableFileError(
            f"{name} is an XML file of another kind: its first element is {roots[0][:40]}, not {root}"
        )


def _stream(path: Path, take: Callable[[Element], None], encoding: str) -> Element:
    builder = TreeBuilder()
    above = builder.start("document", {})  # the root is put below it, and can be seen as it grows
    parser = XMLParser(target=builder)  # noqa: S314 - a document type was refused above
    held = 0
    for chunk in _chunks(path, encoding):
        parser.feed(chunk)
        held += len(chunk)
        for part in above[0] if len(above) else ():
            if len(part) > 1:  # the last one may not be whole yet
                for row in part[:-1]:
                    take(row)
                del part[:-1]
                held = 0
        if held > MOST_HELD:
            raise LimitError(f"one part of it has more than {MOST_HELD >> 20} MB")
    builder.end("document")
    parser.close()
    root = above[0]
    for part in root:
        for row in part:
            take(row)
    return root
