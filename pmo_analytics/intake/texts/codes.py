"""Words and colours that stand for a code of the model: ratings, yes and no, what is no rating."""

import colorsys
import difflib
import re
import unicodedata

BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "1", "t"), "true"),
    **dict.fromkeys(("false", "no", "n", "0", "f"), "false"),
}
RATINGS = {
    word: rating
    for rating, words in {
        "red": "r red rot rouge rojo rosso rood rød röd vermelho czerwony красный 赤 红 紅 红色 紅色",
        "amber": "a amber ámbar ambar ambra",
        "yellow": "yellow gelb jaune amarillo giallo geel gul amarelo żółty жёлтый желтый 黄 黃 黄色",
        "orange": "orange naranja arancione oranje laranja оранжевый",
        "green": "g green grün gruen vert verde groen grøn grön zielony зелёный зеленый 緑 绿 綠 绿色 綠色",
        "amber_red": "ar ra a_r r_a amber_red red_amber",
        "amber_green": "ag ga a_g g_a amber_green green_amber",
    }.items()
    for word in words.split()
}
LIKELY = {  # what a word probably means, as an example in a message; it is never read so
    **dict.fromkeys(
        ("on", "ok", "okay", "good", "healthy", "no", "low", "fine", "stable"), "green"
    ),
    **dict.fromkeys(("off", "critical", "bad", "late", "behind", "high", "severe", "stop"), "red"),
}
SIGNS = {
    unicodedata.lookup(f"LARGE {colour} {shape}"): colour.lower()
    for colour in ("RED", "ORANGE", "YELLOW", "GREEN")
    for shape in ("CIRCLE", "SQUARE")
}
LIFECYCLES = {
    **dict.fromkeys(("on_hold", "hold", "paused", "suspended", "stopped"), "paused"),
    **dict.fromkeys(("closed", "complete", "completed", "done", "finished", "delivered"), "closed"),
    **dict.fromkeys(("cancelled", "canceled", "terminated", "withdrawn"), "cancelled"),
    **dict.fromkeys(("not_started", "pipeline", "planned", "proposed", "future"), "pipeline"),
    **dict.fromkeys(("active", "in_progress", "ongoing", "started", "live"), "active"),
}
PALEST, DARKEST = 0.1, 0.2  # saturation and brightness below which a fill is white, grey or black
LIGHT = 0.9  # brightness from which a fill without colour is paper
MARKS = {"error": "F4B6E2", "warning": "BBD6F5", "note": "DDE3EA"}  # fills of `pmo check --mark`
HUES = ((20, "red"), (70, "amber"), (170, "green"), (340, ""), (361, "red"))  # degrees, up to


def as_code(text: str) -> str:
    """Write a word as codes are: lower case with underscores, whatever separators were used."""
    return re.sub(r"[\s/_-]+", "_", text.strip().lower())


def known(text: str, codes: tuple[str, ...]) -> str:
    """Find the code that a text is another way of writing; empty where there is none."""
    return next((code for code in codes if as_code(code) == as_code(text)), "")


def nearest(text: str, codes: tuple[str, ...]) -> str:
    """Find the code written most like a text, as an example of how to name one."""
    return (difflib.get_close_matches(as_code(text), codes, 1, 0.5) or [codes[0]])[0]


def lifecycle(text: str) -> str:
    """Say which state of a project's life a word in a rating column is; empty if it is none."""
    return LIFECYCLES.get(as_code(text), "")


def ratings(texts: list[str]) -> dict[str, str]:
    """Find the rating each text of a column means, by colour, letter or coloured circle.

    Orange is amber, unless the column has yellow beside it: then it cannot be known how the two
    differ. Numbers are not guessed, as 1 is the best of some scales and the worst of others.
    """
    found = {text: _rating(text) for text in texts}
    orange = "" if "yellow" in found.values() else "amber"
    meant = {"orange": orange, "yellow": "amber"}
    return {text: meant.get(rating, rating) for text, rating in found.items()}


def likely_rating(text: str) -> str:
    """Give the rating a text most likely means, as an example of how to name one."""
    words = as_code(text).split("_")
    found = [RATINGS.get(word) or LIKELY.get(word, "") for word in words if len(word) > 1]
    return next((rating for rating in found if rating in ("red", "green")), "amber")


def _rating(text: str) -> str:
    """Read one text; a circle and a word beside it have to agree."""
    signs = {rating for sign, rating in SIGNS.items() if sign in text}
    words = text.replace("\N{VARIATION SELECTOR-16}", "")
    for sign in SIGNS:
        words = words.replace(sign, "")
    said = signs | ({RATINGS.get(as_code(words), "")} if words.strip() else set())
    if "amber" in said and said <= {"amber", "orange", "yellow"}:
        return "amber"
    return said.pop() if len(said) == 1 else ""


def rating_of(rgb: str) -> str:
    """Tell the rating a fill (RRGGBB) stands for by its hue; empty where it stands for none.

    Red is 340 to 20 degrees (FF0000, C00000), amber to 70 (FFC000, FFFF00), green to 170 (92D050,
    00B050); blue and grey are no rating.
    """
    hue, saturation, brightness = _hsv(rgb)
    if saturation < PALEST or brightness < DARKEST:
        return ""
    return next(rating for limit, rating in HUES if hue < limit)


def _hsv(rgb: str) -> tuple[float, float, float]:
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, saturation, brightness = colorsys.rgb_to_hsv(red, green, blue)
    return hue * 360, saturation, brightness


def is_paper(fill: str) -> bool:
    """Tell a fill that is no more than the white of paper, or one of our own marks."""
    if fill in MARKS.values():
        return True
    _, saturation, brightness = _hsv(fill)
    return saturation < PALEST and brightness > LIGHT
