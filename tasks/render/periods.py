"""Periods of monitoring: how they follow one another, and what people call them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel.dates import format_date

SPANS = {"TW": 3, "S": 6}  # months of a period, by how its code begins
ROMAN = ("", "I", "II", "III", "IV")


@lru_cache(maxsize=1024)
def _parts(period: str) -> tuple[int, str, int]:
    """Year, kind ("TW", "S", "" for a month, "tahun") and number: 2024-TW2 is (2024, "TW", 2)."""
    year, _, part = period.partition("-")
    kind = part.rstrip("0123456789") if part else "tahun"
    return int(year), kind, int(part.removeprefix(kind) or 0)


def period_order(period: str) -> tuple[int, int, int]:
    """In the order of their ends, the shorter of two that end together first: May, quarter II, semester I, 2024."""
    year, kind, number = _parts(period)
    months = 12 if kind == "tahun" else SPANS.get(kind, 1)
    return year, 12 if kind == "tahun" else number * months, months


def period_label(period: str, words: Mapping[str, str], locale: str = "id") -> str:
    """``period`` for people, with ``words`` for the kinds: 2024-TW2 is Triwulan II 2024, 2024-05 is Mei 2024."""
    year, kind, number = _parts(period)
    if not kind:
        return str(format_date(date(year, number, 1), f"{words['bulan']} yyyy", locale=locale))
    return " ".join(filter(None, (words[kind], ROMAN[number] if kind in SPANS else "", str(year))))
