"""Sentences for people, filled in: templates are data, numbers and dates are Indonesian."""

import os
import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

if TYPE_CHECKING:
    from jinja2 import BytecodeCache

LOCALE = "id"
_SIGNS = str.maketrans({",": get_group_symbol(LOCALE), ".": get_decimal_symbol(LOCALE)})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def labels() -> dict[str, Any]:
    """What columns, codes and states are called, and other short texts of the report."""
    return tomllib.loads((Path(__file__).resolve().parents[1] / "templates" / "label.toml").read_text("utf-8"))


def compiled() -> Path | None:
    """Where Python keeps what it compiled, and we what we compile; nowhere if that cannot be written."""
    place = Path(__file__).parent / "__pycache__"
    return place if os.access(place, os.W_OK) else None


def compiled_templates() -> "BytecodeCache | None":
    """Where compiled templates are kept."""
    from jinja2 import FileSystemBytecodeCache  # noqa: PLC0415 - most that speaks does without templates

    place = compiled()
    return FileSystemBytecodeCache(os.fspath(place)) if place else None


@lru_cache(maxsize=4096)
def number(value: float | None, digits: int = 0) -> str:
    """``value`` in Indonesian: 1.250.000 or 57,64."""
    if value is None:
        return ""
    return f"{Decimal(str(value)):,.{digits}f}".translate(_SIGNS)  # what Babel's format_decimal says, at once


@lru_cache(maxsize=4096)
def day(value: date | None) -> str:
    """``value`` in Indonesian: 6 Februari 2024."""
    return "" if value is None else str(format_date(value, "d MMMM yyyy", locale=LOCALE))


def sentence(template: str, **values: object) -> str:
    """``template`` with each {name} replaced; names that are not given vanish, values are never searched again."""
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], "")), template)


def sentences(template: str, columns: dict[str, pl.Expr]) -> pl.Expr:
    """The same for whole columns: nulls, and names that are not given, vanish."""
    pieces = _PLACEHOLDER.split(template)  # text, name, text, …
    parts = (columns.get(piece) if at % 2 else pl.lit(piece) for at, piece in enumerate(pieces))
    return pl.concat_str([part for part in parts if part is not None], ignore_nulls=True)
