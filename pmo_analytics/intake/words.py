"""Words and figures that tell rows which are no data: what senders call totals and notes."""

import math
import re

from pmo_analytics.intake.headers import plain

NOT_A_TOTAL, PART_OF_A_NAME, A_TOTAL = 0, 1, 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOTAL_WORDS = _words("""
    total totals subtotal subtotals grandtotal sum sums cumulative cumul average averages avg mean
    ∑ итог gesamtbudget gesamtkosten gesamtbetrag
    \N{GREEK SMALL LETTER SIGMA} summe gesamt gesamtsumme zwischensumme insgesamt durchschnitt
    mittelwert totaux somme moyenne totale totali subtotale somma suma promedio totales subtotales
    totaal subtotaal gemiddelde razem ogołem łacznie srednia summa totalt delsumma snitt gennemsnit
    yhteensa toplam celkem osszesen итого всего сумма подытог среднее усього разом σύνολο
    المجموع الإجمالي सकल कुल 合計 総計 小計 累計 平均 总计 合计 小计 累计 總計 합계 총계 소계
""")
BESIDE_A_TOTAL = _words("""
    grand sub overall running general generale ytd year to date all of for the and by in project
    projects portfolio programme programmes program programs cost costs budget gbp eur usd k m £ € $
    fte hours days value per month row rows sous
""")
NO_FIGURE = _words("""
    date on to by no is of the id lag work units count kind name text open column
""")  # words in names of the model's columns that do not make a sender's column one of them
NOTE = re.compile(
    r"\s*(?:[*†‡]|(?:notes?|n\.?b\.?|sources?|prepared (?:by|on)|compiled by|figures?|"
    r"all (?:figures|amounts|values|costs|budgets)|(?:amounts|values|costs) (?:in|are)|data (?:as|from)|"
    r"as (?:at|of)|report(?:ed)? (?:date|on)|report generated|generated|printed|last updated|"
    r"legend|disclaimer|confidential|page \d|end of|see also|hinweise?|anmerkung(?:en)?|"
    r"quellen?|remarques?|nota|notas|fuente|fonte|примечани[ея]|источник)\b|(?:key|stand):|"
    r"注|備考|出典)",
    re.IGNORECASE,
)
PLACEHOLDERS = _words("tbc tbd na n_a none - ? nil unknown \N{EN DASH} \N{EM DASH}")


def strength_of(text: str) -> int:
    """Tell how far a text calls its row a total: it is one, or it may be part of a name."""
    words = plain(text).split("_")
    if not TOTAL_WORDS & set(words):
        return NOT_A_TOTAL
    if all(w in TOTAL_WORDS or w in BESIDE_A_TOTAL or w.isdecimal() for w in words):
        return A_TOTAL
    named = [word for word in words if word not in BESIDE_A_TOTAL]
    return PART_OF_A_NAME if TOTAL_WORDS & {named[0], named[-1]} else NOT_A_TOTAL


def number_of(cell: str | None) -> float | None:
    """Read the number in a cell, however its thousands are set apart; None where there is none."""
    text = (cell or "").strip()
    try:
        plain_number = float(text)
    except ValueError:
        return _written_number(text)
    return plain_number if math.isfinite(plain_number) and "_" not in text else None


def _written_number(cell: str) -> float | None:
    text = re.sub("[\\s£€$¥%'\N{RIGHT SINGLE QUOTATION MARK}]", "", cell)
    if not text or not text[-1:].isdecimal() and text[-1:] not in ").":  # noqa: RUF021
        return None
    negative = text.startswith(("-", "("))
    text = text.strip("-()+")
    if re.fullmatch(r"\d{1,3}([.,])\d{3}(\1\d{3})*", text) and not re.fullmatch(r"0[.,]\d+", text):
        text = re.sub("[.,]", "", text) if text.count(",") or text.count(".") > 1 else text
    elif re.fullmatch(r"[\d.]*,\d+", text):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    if not re.fullmatch(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.IGNORECASE):
        return None
    found = -float(text) if negative else float(text)
    return found if math.isfinite(found) else None


def is_sum(cell: str | None) -> bool:
    """Tell whether a cell holds a sum that was never calculated."""
    return bool(re.match(r"=\s*-?(SUM|SUBTOTAL|AVERAGE|AGGREGATE)\w*\(", cell or "", re.IGNORECASE))
