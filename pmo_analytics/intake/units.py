"""Units that a header, a title or a note names: thousands, millions, weeks; said, never applied.

A map applies them (`times`). The sender may have written `Budget (£k)` above amounts in full, so
that nobody but a reader who knows the sender can tell.
"""

import re
from decimal import Decimal
from functools import lru_cache

from pmo_analytics.intake.numbers import SCALES, SYMBOLS, UNITS, folded

# Letters that are a scale only beside a currency or alone in brackets: `£k`, `T€`, `(m)`.
LETTERS = {"k": 3, "t": 3, "m": 6, "mm": 6, "mn": 6, "cr": 7, "b": 9, "bn": 9}
IN_BRACKETS = ("k", "m", "mm", "mn", "bn")
SIGNED = {"百万": 6, "千": 3, "万": 4, "萬": 4, "億": 8, "亿": 8, "백만": 6, "천": 3, "억": 8}
WORDS = {word: power for word, power in SCALES.items() if len(word) > 2}  # noqa: PLR2004 - k, mn
CODE = (
    "eur|usd|gbp|chf|sek|nok|dkk|pln|czk|huf|jpy|cny|inr|aud|cad|nzd|zar|rub|brl|mxn|sgd|hkd|aed|"
    "sar|try|ils|krw|kr|rs"
)
SIGN = "|".join(re.escape(sign) for sign in SYMBOLS if len(sign) == 1 and not sign.isalnum())
CURRENCY = (
    rf"(?:(?<![^\W\d_])(?:us|au|ca|nz|hk|[acs])?\$|{SIGN}|(?<![^\W\d_])(?:{CODE})(?![^\W\d_]))"
)
WORD = "|".join(sorted(WORDS, key=len, reverse=True))
ANY = "|".join(sorted({*LETTERS, *WORDS}, key=len, reverse=True))
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{CURRENCY}[ ]?(?P<scale>{ANY})(?![^\W\d_])",
        rf"(?<![^\W\d_])(?P<scale>{ANY})\.?[ ]?(?:{CURRENCY}|(?:{CODE})(?![^\W\d_]))",
        rf"(?<![^\W\d_])(?P<scale>{WORD})(?![^\W\d_])",
        rf"[(\[]\s*(?:in )?(?P<scale>{'|'.join(IN_BRACKETS)})\s*[)\]]",
        r"(?<=[^\W\d_]) (?P<scale>k|m|bn)$",
        rf"(?P<scale>{'|'.join(SIGNED)})(?=[円元원₩¥])",
        r"(?:\bin|[x\N{MULTIPLICATION SIGN}*])\s?(?P<digits>1([., ']?000){1,3})(?!\d)",
        r"(?<![\d.,])(?P<digits>['\N{RIGHT SINGLE QUOTATION MARK}`]?000)(?:'?s)?(?![\d.,]\d|\d)",
    )
)
# How many of the column's unit one of the named unit is, for instance: a day of work has 8 hours.
TIMES = {("weeks", "days"): "7", ("hours", "days"): "1/8", ("days", "hours"): "8",
         ("weeks", "hours"): "40", ("percent", "fte"): "1/100"}  # fmt: skip


@lru_cache(1 << 12)
def scale_in(text: str) -> tuple[str, Decimal] | None:
    """Find the scale of money a text names: what it says, and the factor it stands for."""
    plain = folded(text)
    for form in FORMS:
        if found := form.search(plain):
            part = found.groupdict()
            if part.get("digits"):
                power = part["digits"].count("0")
            else:
                word = part["scale"].casefold()
                power = LETTERS.get(word) or WORDS.get(word) or SIGNED[word]
            return found[0].strip(" ()[]"), Decimal(10) ** power
    return None


def other_unit_in(text: str, unit: str) -> tuple[str, str] | None:
    """Find a unit a header names that is not the column's `unit`: what it says, and the factor."""
    for word in re.findall(r"[^\W\d_]+|%", folded(text).casefold()):
        named = UNITS.get(word, "") if len(word) > 1 or word == "%" else ""
        if (named, unit) in TIMES:
            return word, TIMES[named, unit]
    return None


def unit_doubt(said: str, times: Decimal) -> str:
    """Ask whether a scale named beside a table is that of its amounts."""
    return (
        f"'{said}' may be the unit of the amounts: say so with times in the map, "
        f"for instance {{to: bac, times: {plain_factor(times)}}}"
    )


def plain_factor(times: Decimal | str) -> str:
    """Write a factor as a map has it."""
    return times if isinstance(times, str) else format(times, "f")
