"""Words that stand for a code of the model: ratings, yes and no, and what is no rating."""

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
