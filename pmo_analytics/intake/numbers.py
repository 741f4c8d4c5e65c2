"""A number as people write it: its digits, the style of its marks, and the words beside them."""

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


def currencies_of(mark: str) -> frozenset[str]:
    """List the ISO codes that a code, a sign or the name of a currency may stand for."""
    code = mark.strip().upper()
    return frozenset({code} if code in CODES else SYMBOLS.get(mark.strip().casefold(), "").split())


def shown(parsed: Iterable[tuple[str, Written | str]]) -> dict[str, str]:
    """Find which decimal styles cells show beyond doubt, each with a cell that shows it."""
    found: dict[str, str] = {}
    for text, each in parsed:
        if isinstance(each, Written) and (style := each.style) in SHOWS:
            found.setdefault(style, text)
    return found
