"""A number as people write it: its digits, the style of its marks, and the words beside them."""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

MOST_DIGITS = 40  # a longer run of digits is no amount
LARGEST_EXPONENT = 30

# Powers of ten by the words that stand for them. A word that means one power in one language and
# another in the next (mil, bio, billion in German) is not here and so is refused.
SCALES = {
    word: power
    for power, words in {
        3: "k thousand thousands tsd thsd tys tis тыс тысяч 千",
        4: "万 萬",
        5: "lakh lakhs lac lacs",
        6: "m mm mn mio mill million millions millionen mln milj millón millones milhões milioni млн",
        7: "crore crores cr",
        8: "億 亿",
        9: "b bn billion billions mrd md mld mia milliard milliarde milliarden milliards miliardi млрд",
        12: "tn trn trillion trillions",
    }.items()
    for word in words.split()
}
UNITS = {
    word: unit
    for unit, words in {
        "percent": "% pct percent prozent pc ٪",
        "hours": "h hr hrs hour hours std",
        "days": "d day days tag tage jour jours",
        "weeks": "w wk wks week weeks woche wochen",
        "months": "month months mth mths monat monate",
        "years": "y yr yrs year years",
        "fte": "fte ftes",
        "points": "pt pts point points",
    }.items()
    for word in words.split()
}
SYMBOLS = {
    "£": "GBP EGP GIP FKP SHP LBP SYP", "€": "EUR", "¥": "JPY CNY", "￥": "JPY CNY", "円": "JPY",
    "元": "CNY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND",
    "฿": "THB", "₱": "PHP", "₦": "NGN", "₸": "KZT", "₡": "CRC", "₵": "GHS", "₾": "GEL", "₼": "AZN",
    "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD "
    "SBD SRD TTD XCD UYU",
    "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD", "nz$": "NZD",
    "s$": "SGD", "nt$": "TWD", "r$": "BRL", "zł": "PLN", "kč": "CZK", "ft": "HUF", "kr": "SEK NOK DKK ISK",
    "rs": "INR PKR LKR NPR MUR SCR", "fr": "CHF", "sfr": "CHF", "руб": "RUB", "euro": "EUR", "euros": "EUR",
}  # fmt: skip
CODES = frozenset(  # of ISO 4217
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a list of them would be three times as long
)
NO_NUMBER = "is not a number; write digits with a decimal point, such as 1234.56"
MARK = r"[.,]"
GROUPS = (
    " '\N{RIGHT SINGLE QUOTATION MARK}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}"
)
FORM = re.compile(
    r"(?P<outside>[^\W\d_]{0,3}[^\w\s.,+()-]?)\s*(?P<opened>\()?\s*(?P<sign>[+-])?\s*"
    r"(?P<before>(?:[^\d.,+()-]|(?<=[^\W\d_])\.)*?)\s*(?P<sign_after>[+-])?\s*"
    rf"(?P<digits>\d[\d.,]*(?:[{GROUPS}]\d{{3}}(?!\d)[.,\d]*)*|[.,]\d+)(?P<exponent>[eE][+-]?\d+)?"
    r"\s*(?P<beside>[^\d()-]*?)\s*(?P<minus>-)?\s*(?P<closed>\))?"
)
# Most cells: a sign, digits, and at most one word on either side.
BARE = re.compile(r"([^\d\s.,+()-]{0,4})(-?)([0-9][0-9.,]*) ?([^\d\s.,+()-]{0,12})")
WORD = re.compile(r"[a-zA-Z]{0,2}\$|[^\W\d_]+|[^\w\s.]")
PLAIN = re.compile(r"\d+")
A_LETTER = re.compile(r"[^\W\d_]")
EITHER = re.compile(rf"[1-9]\d{{0,2}}{MARK}\d{{3}}")
SPACED = re.compile(rf"\d{{1,3}}(_\d{{3}})+({MARK}\d+)?")
SHOWS = {
    "point": re.compile(
        r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|\d*\.(\d{1,2}|\d{4,})|0?\.\d+|\d{4,}\.\d+"
    ),
    "comma": re.compile(
        r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}|\d*,(\d{1,2}|\d{4,})|0?,\d+|\d{4,},\d+"
    ),
}
LOST_SIGN = re.compile(r"\s*[?\N{REPLACEMENT CHARACTER}]\s?(?=\d)")
FOLDED = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{FIGURE DASH}": "-", "\N{HYPHEN}": "-"}
)
RANGE = re.compile(
    r"\s*[<>\u2264\u2265~\u2248].*|.*\d\s*%?\s*(-|\u2013|to|bis)\s*\d.*|.*\d\s*\+\s*"
)


@dataclass(frozen=True)
class Written:
    """A number taken apart: `digits` keeps its marks, with `_` for a space or apostrophe between.

    `power` is that of the scale word and exponent, `currencies` those its mark may stand for.
    """

    digits: str
    power: int = 0
    is_negative: bool = False
    unit: str = ""
    currencies: frozenset[str] = frozenset()
    scale: str = ""

    @cached_property
    def style(self) -> str:
        """`point` or `comma` where the digits show it, `either` where they could be both.

        Empty where there is no mark, `none` where the marks contradict each other.
        """
        digits = self.digits
        if PLAIN.fullmatch(digits):
            return ""
        if SPACED.fullmatch(digits):
            return "point" if "." in digits else "comma" if "," in digits else ""
        if EITHER.fullmatch(digits):
            return "either"
        return next((style for style, form in SHOWS.items() if form.fullmatch(digits)), "none")

    def value(self, style: str) -> Decimal:
        """Read the digits in a style that fits them, scale word and sign included."""
        digits = self.digits.replace("_", "")
        if style == "comma":
            digits = digits.replace(".", "").replace(",", ".")
        value = Decimal(digits.replace(",", "")).scaleb(self.power)
        return -value if self.is_negative else value


def folded(text: str) -> str:
    """Write digits of any alphabet and full-width signs as the plain ones; nothing else changes."""
    if text.isascii():
        return text
    signs = "".join(
        str(unicodedata.decimal(c))
        if c.isdecimal()
        else unicodedata.normalize("NFKC", c)
        if "\N{FULLWIDTH EXCLAMATION MARK}" <= c <= "\N{FULLWIDTH TILDE}"
        else c
        for c in text
    )
    return signs.translate(FOLDED)


def parse(text: str) -> Written | str:  # noqa: PLR0911
    """Take a number apart, or say what about it cannot be understood."""
    if len(text) > 2 * MOST_DIGITS:
        return NO_NUMBER
    bare = BARE.fullmatch(text)
    if bare and len(text) <= MOST_DIGITS:
        before, minus, digits, after = bare.groups()
        found = _beside(f"{before} {after}", before) if before or after else NOTHING_BESIDE
        if not isinstance(found, str):
            power, unit, currencies, scale = found
            return Written(digits, power, minus == "-", unit, currencies, scale)
    plain = re.sub(r"(?i)\bper[ -]cent\b", "percent", folded(text))
    form = FORM.fullmatch(plain)
    if form is None or bool(form["opened"]) != bool(form["closed"]):
        if RANGE.fullmatch(plain) and any(c.isdigit() for c in plain):
            return "is a range and not one number"
        return NO_NUMBER
    signs = [form[name] for name in ("opened", "sign", "sign_after", "minus") if form[name]]
    exponent = int((form["exponent"] or "e0")[1:]) if len(form["exponent"] or "") < 6 else 10**5  # noqa: PLR2004
    digits = re.sub(f"[{GROUPS}]", "_", form["digits"])
    if len(signs) > 1 or abs(exponent) > LARGEST_EXPONENT or len(digits) > MOST_DIGITS:
        return NO_NUMBER
    if RANGE.fullmatch(plain):
        return "is a range and not one number"
    before = f"{form['outside']} {form['before']}"
    found = _beside(f"{before} {form['beside']}", before)
    if isinstance(found, str):
        return found
    power, unit, currencies, scale = found
    if form["exponent"] and (power or "," in digits):
        return NO_NUMBER
    is_negative = bool(signs) and signs[0] != "+"
    return Written(digits, power + exponent, is_negative, unit, currencies, scale)


NOTHING_BESIDE = (0, "", frozenset[str](), "")


@lru_cache(maxsize=1024)
def _beside(text: str, before: str) -> tuple[int, str, frozenset[str], str] | str:
    """Understand the words beside the digits: at most one scale, one unit, one currency."""
    power, unit, scale, currencies = 0, "", "", frozenset[str]()
    words = tuple(WORD.findall(text))
    left = WORD.sub("", text).replace(".", "").strip()
    for word in words:
        low = word.casefold()
        if low in UNITS and not unit and low not in before.casefold():
            unit = UNITS[low]
        elif low in SCALES and not power:
            power, scale = SCALES[low], word
        elif (word.upper() in CODES or low in SYMBOLS) and not currencies:
            currencies = currencies_of(word)
        else:
            return f"has '{word}' beside its digits, which is no unit that is known"
    if left:
        return f"has '{left}' beside its digits, which is no unit that is known"
    return power, unit, currencies, scale


def without_lost_sign(texts: Iterable[str]) -> dict[str, str]:
    """Take `?` off amounts where most begin so: it was the sign of a currency that a file cannot hold."""
    amounts = [text for text in texts if any(map(str.isdigit, text))]
    lost = {text: LOST_SIGN.sub("", text) for text in amounts if LOST_SIGN.match(text)}
    return lost if 2 * len(lost) > len(amounts) > 1 else {}


def currencies_of(mark: str) -> frozenset[str]:
    """List the ISO codes that a code, a sign or the name of a currency may stand for."""
    code = mark.strip().upper()
    return frozenset({code} if code in CODES else SYMBOLS.get(mark.strip().casefold(), "").split())


def number_of(cell: str | None) -> float | None:
    """Read the plain number in a cell, however its thousands are set apart; None where is none."""
    text = (cell or "").strip()
    try:
        number = float(text)
    except ValueError:
        written = NO_NUMBER if A_LETTER.search(text) else parse(text)
        if isinstance(written, str) or written.unit or written.style == "none":
            return None
        return float(written.value(written.style if written.style in SHOWS else "point"))
    return number if math.isfinite(number) and "_" not in text else None


def shown(parsed: Iterable[tuple[str, Written | str]]) -> dict[str, str]:
    """Find which decimal styles cells show beyond doubt, each with a cell that shows it."""
    found: dict[str, str] = {}
    for text, each in parsed:
        if isinstance(each, Written) and (style := each.style) in SHOWS:
            found.setdefault(style, text)
    return found


# Units that a header, a title or a note names -----------------------------------------------------
# They are said and never applied: a map applies them (`times`). The sender may have written
# `Budget (£k)` above amounts in full, so that nobody but a reader who knows the sender can tell.

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
LONG_WORD = "|".join(sorted(WORDS, key=len, reverse=True))
ANY = "|".join(sorted({*LETTERS, *WORDS}, key=len, reverse=True))
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{CURRENCY}[ ]?(?P<scale>{ANY})(?![^\W\d_])",
        rf"(?<![^\W\d_])(?P<scale>{ANY})\.?[ ]?(?:{CURRENCY}|(?:{CODE})(?![^\W\d_]))",
        rf"(?<![^\W\d_])(?P<scale>{LONG_WORD})(?![^\W\d_])",
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
