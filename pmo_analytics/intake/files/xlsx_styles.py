"""Which styles of an .xlsx workbook mean something: percentages, durations, colours, strike-out."""

import colorsys
import html
import re
from dataclasses import dataclass, field

PERCENT_IDS = {9, 10}
ELAPSED_ID = 46
WHITE = "FFFFFF"
# The colours by number that workbooks of 1997 to 2003 had; the first eight stand twice.
PALETTE = (
    "000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF"
    * 2
    + "8000000080000000808080008000800080 80C0C0C08080809999FF993366FFFFCCCCFFFF660066FF8080"
    "0066CCCCCCFF000080FF00FFFFFF0000FFFF8000808000000080800000FF00CCFFCCFFFFCCFFCCFFFF99"
    "99CCFFFF99CCCC99FFFFCC993366FF33CCCC99CC00FFCC00FF9900FF6600666699969696003366339966"
    "003300333300993300993366333399333333"
).replace(" ", "")
THEME_ORDER = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    *(f"accent{n}" for n in range(1, 7)),
    "hlink",
    "folHlink",
)


@dataclass(frozen=True)
class Styles:
    """Numbers of cell styles that have a percent format, a duration, a fill colour or a strike."""

    percents: set[int] = field(default_factory=set)
    elapsed: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    fills: dict[int, str] = field(default_factory=dict)

    @property
    def telling(self) -> set[int]:
        """Styles for whose sake a sheet is looked through."""
        return self.percents | self.struck | self.fills.keys()

    @classmethod
    def read(cls, styles: bytes, theme: bytes) -> "Styles":
        """Read them from the part `styles.xml`, with the colours of the theme."""
        xml, found = _without_spaces(styles), cls()
        formats = {
            int(_attribute(tag, "numFmtId") or 0): html.unescape(_attribute(tag, "formatCode"))
            for tag in re.findall(r"<numFmt\s[^>]*>", _section(xml, "numFmts"))
        }
        struck = [_has_strike(font) for font in _children(_section(xml, "fonts"), "font")]
        colours = _colours_of_theme(_without_spaces(theme)), _colours_by_number(xml)
        fills = [_colour_of(fill, *colours) for fill in _children(_section(xml, "fills"), "fill")]
        for at, tag in enumerate(re.findall(r"<xf\s[^>]*>|<xf>|<xf/>", _section(xml, "cellXfs"))):
            number, font, fill = (
                int(_attribute(tag, name) or 0) for name in ("numFmtId", "fontId", "fillId")
            )
            code = re.sub(r'"[^"]*"|\\.|_.|\*.', "", formats.get(number, ""))  # what it calculates
            if number in PERCENT_IDS or "%" in code:
                found.percents.add(at)
            if number == ELAPSED_ID or re.search(r"(?i)\[(h+|m+|s+)\]", code):
                found.elapsed.add(at)
            if font < len(struck) and struck[font]:
                found.struck.add(at)
            if fill < len(fills) and fills[fill] not in ("", WHITE):
                found.fills[at] = fills[fill]
        return found


def _without_spaces(part: bytes) -> str:
    """Take the name spaces off the tags of a part."""
    return re.sub(r"(</?)\w+:", r"\1", part.decode("utf-8", "replace"))


def _has_strike(font: str) -> bool:
    found = re.search(r"<strike\b[^>]*>", font)
    return bool(found) and _attribute(found[0] if found else "", "val") not in ("0", "false")


def _colours_of_theme(theme: str) -> list[str]:
    sections = [_section(theme, name) for name in THEME_ORDER]
    found = [re.search(r'(?:lastClr|srgbClr val)="([0-9A-Fa-f]{6})"', xml) for xml in sections]
    return [colour[1].upper() if colour else "" for colour in found]


def _colours_by_number(styles: str) -> list[str]:
    own = re.findall(r'<rgbColor\s[^>]*rgb="(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})"', styles)
    return [colour.upper() for colour in own or re.findall(".{6}", PALETTE)]


def _colour_of(fill: str, theme: list[str], indexed: list[str]) -> str:
    """Give the colour of a solid fill as RRGGBB; any other is empty."""
    found = re.search(r"<fgColor\b[^>]*>", fill) if 'patternType="solid"' in fill else None
    tag, colour = found[0] if found else "", ""
    if rgb := re.fullmatch(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})", _attribute(tag, "rgb")):
        colour = rgb[1].upper()
    else:
        for name, colours in (("theme", theme), ("indexed", indexed)):
            if not colour and (at := _attribute(tag, name)).isdecimal() and int(at) < len(colours):
                colour = colours[int(at)]
    return _tinted(colour, _attribute(tag, "tint")) if colour else ""


def _tinted(colour: str, tint: str) -> str:
    """Make a colour lighter (up to 1) or darker (down to -1)."""
    is_number = re.fullmatch(r"-?(0?\.\d+|[01](\.\d+)?)(E-\d+)?", tint, re.IGNORECASE)
    by = max(-1.0, min(1.0, float(tint))) if is_number else 0.0
    if not by:
        return colour
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + by) if by < 0 else light * (1 - by) + by
    return "".join(f"{round(c * 255):02X}" for c in colorsys.hls_to_rgb(hue, light, saturation))


def _section(xml: str, name: str) -> str:
    found = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", xml, re.DOTALL)
    return found[1] if found else ""


def _children(xml: str, name: str) -> list[str]:
    return re.findall(rf"<{name}\b(?:[^>]*/>|.*?</{name}>)", xml, re.DOTALL)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*["']([^"']*)""", tag)
    return found[1] if found else ""
