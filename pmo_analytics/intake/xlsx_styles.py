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

    percents: frozenset[int] = frozenset()
    elapsed: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    fills: dict[int, str] = field(default_factory=dict)

    @property
    def telling(self) -> frozenset[int]:
        """Styles for whose sake a sheet is looked through."""
        return self.percents | self.struck | self.fills.keys()

    @classmethod
    def read(cls, styles: bytes, theme: bytes) -> "Styles":
        """Read them from the part `styles.xml`, with the colours of the theme."""
        xml = re.sub(r"(</?)\w+:", r"\1", styles.decode("utf-8", "replace"))
        formats = {
            int(_attribute(tag, "numFmtId") or 0): html.unescape(_attribute(tag, "formatCode"))
            for tag in re.findall(r"<numFmt\s[^>]*>", _section(xml, "numFmts"))
        }
        struck = [_has_strike(font) for font in _children(_section(xml, "fonts"), "font")]
        colours = _Colours.read(xml, theme.decode("utf-8", "replace"))
        fills = [colours.of_fill(fill) for fill in _children(_section(xml, "fills"), "fill")]
        found: list[tuple[bool, bool, bool, str]] = []
        for tag in re.findall(r"<xf\s[^>]*>|<xf>|<xf/>", _section(xml, "cellXfs")):
            number, font, fill = (
                int(_attribute(tag, name) or 0) for name in ("numFmtId", "fontId", "fillId")
            )
            code = _bare(formats.get(number, ""))
            found.append((
                number in PERCENT_IDS or "%" in code,
                number == ELAPSED_ID or bool(re.search(r"(?i)\[(h+|m+|s+)\]", code)),
                font < len(struck) and struck[font],
                fills[fill] if fill < len(fills) else "",
            ))  # fmt: skip
        return cls(
            frozenset(at for at, style in enumerate(found) if style[0]),
            frozenset(at for at, style in enumerate(found) if style[1]),
            frozenset(at for at, style in enumerate(found) if style[2]),
            {at: style[3] for at, style in enumerate(found) if style[3] not in ("", WHITE)},
        )


def _bare(code: str) -> str:
    """Leave what a format writes as it stands out of it: quoted and escaped characters."""
    return re.sub(r'"[^"]*"|\\.|_.|\*.', "", code)


def _has_strike(font: str) -> bool:
    found = re.search(r"<strike\b([^>]*)>", font)
    return bool(found) and _attribute(f"<strike {found[1] if found else ''}", "val") not in (
        "0",
        "false",
    )


@dataclass(frozen=True)
class _Colours:
    theme: list[str]
    indexed: list[str]

    @classmethod
    def read(cls, styles: str, theme: str) -> "_Colours":
        own = re.findall(r'<rgbColor\s[^>]*rgb="(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})"', styles)
        scheme = re.sub(r"(</?)\w+:", r"\1", theme)
        named: list[str] = []
        for name in THEME_ORDER:
            inside = re.search(rf"<{name}>(.*?)</{name}>", scheme, re.DOTALL)
            colour = re.search(
                r'(?:lastClr|srgbClr val)="([0-9A-Fa-f]{6})"', inside[1] if inside else ""
            )
            named.append(colour[1].upper() if colour else "")
        palette = [PALETTE[at : at + 6] for at in range(0, len(PALETTE), 6)]
        return cls(named, [colour.upper() for colour in own] or palette)

    def of_fill(self, fill: str) -> str:
        """Give the colour of a solid fill as RRGGBB; any other is empty."""
        if 'patternType="solid"' not in fill:
            return ""
        found = re.search(r"<fgColor\b[^>]*>", fill)
        tag = found[0] if found else ""
        if rgb := re.fullmatch(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})", _attribute(tag, "rgb")):
            colour = rgb[1].upper()
        elif (at := _attribute(tag, "theme")).isdecimal() and int(at) < len(self.theme):
            colour = self.theme[int(at)]
        elif (at := _attribute(tag, "indexed")).isdecimal() and int(at) < len(self.indexed):
            colour = self.indexed[int(at)]
        else:
            colour = ""
        return _tinted(colour, _attribute(tag, "tint")) if colour else ""


def _tinted(colour: str, tint: str) -> str:
    """Make a colour lighter (up to 1) or darker (down to -1)."""
    if not re.fullmatch(r"-?(0?\.\d+|[01](\.\d+)?)(E-\d+)?", tint, re.IGNORECASE) or not float(
        tint
    ):
        return colour
    by = max(-1.0, min(1.0, float(tint)))
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
