"""Words that stand for a code of the model: ratings, yes and no, and what is no rating."""

import difflib
import re

BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "1", "t"), "true"),
    **dict.fromkeys(("false", "no", "n", "0", "f"), "false"),
}
RATINGS = {
    "r": "red", "red": "red", "a": "amber", "amber": "amber", "yellow": "amber",
    "g": "green", "green": "green",
    **dict.fromkeys(("ar", "ra", "a_r", "r_a", "amber_red", "red_amber"), "amber_red"),
    **dict.fromkeys(("ag", "ga", "a_g", "g_a", "amber_green", "green_amber"), "amber_green"),
    "orange": "orange",
}  # fmt: skip
SIGNS = {
    "\N{LARGE RED CIRCLE}": "red",
    "\N{LARGE ORANGE CIRCLE}": "orange",
    "\N{LARGE YELLOW CIRCLE}": "amber",
    "\N{LARGE GREEN CIRCLE}": "green",
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
    has_yellow = any(_is_yellow(text) for text in texts)
    orange = "" if has_yellow else "amber"
    return {text: orange if rating == "orange" else rating for text, rating in found.items()}


def _rating(text: str) -> str:
    """Read one text; a circle and a word beside it have to agree."""
    signs = {rating for sign, rating in SIGNS.items() if sign in text}
    words = text.replace("\N{VARIATION SELECTOR-16}", "")
    for sign in SIGNS:
        words = words.replace(sign, "")
    said = signs | ({RATINGS.get(as_code(words), "")} if words.strip() else set())
    return said.pop() if len(said) == 1 else ""


def _is_yellow(text: str) -> bool:
    return "\N{LARGE YELLOW CIRCLE}" in text or as_code(text) == "yellow"
