"""Rows of tables as HTML, column by column: what a page would say a thousand times over, Polars says once.

The look of a row stands in a template, a macro each. It is rendered once, with marks where its values go, and cut
there; :class:`Weaver` joins the pieces with whole columns. As in the templates, every text from outside is escaped exactly once: by
:func:`escaped`, or by what is made of it (:func:`cut`, :func:`bdi`).
"""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import polars as pl
from jinja2 import Environment
from markupsafe import Markup

from tasks.render.text import SUSPECT, each, web_link

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}  # as MarkupSafe has them
SPECIAL = "[&<>\"']"
SPREAD = r"[^\S ]|  |^ | $"  # what is not on one line, a space between any two words
PLAIN_LINK = r"^https?://[A-Za-z0-9_.~:/?#\[\]@!$&()*+,;=%-]{3,}$"  # quoting changes nothing in these
_MARK = re.compile("\x02(\\w+)\x03")


class Weaver:
    """The rows that a template describes, for whole columns."""

    def __init__(self, env: Environment, template: str) -> None:
        self._rows = env.get_template(template).module
        self._cut = cache(self._pieces)

    def __call__(self, row: str, **columns: pl.Expr) -> pl.Expr:
        """The HTML of ``row``, filled with ``columns`` of ready HTML; null wherever one of them is."""
        pieces = self._cut(row, tuple(columns))
        return pl.concat_str([columns[piece] if at % 2 else pl.lit(piece) for at, piece in enumerate(pieces) if piece])

    def one(self, row: str, **values: Any) -> Markup:
        """The HTML of one such row, filled as a template would fill it: what is not markup is escaped."""
        return Markup(getattr(self._rows, row)(**values))

    def _pieces(self, row: str, names: tuple[str, ...]) -> list[str]:
        """The row cut where its values go: text, name, text, …"""
        return _MARK.split(self.one(row, **{name: Markup(f"\x02{name}\x03") for name in names}))


def escaped(text: pl.Expr) -> pl.Expr:
    """``text`` as HTML: most of it as it is, which is sooner seen than done."""
    return text.map_batches(_escaped, return_dtype=pl.String, is_elementwise=True)


def _escaped(texts: pl.Series) -> pl.Series:
    return _where(texts, texts.str.contains(SPECIAL), lambda special: special.str.replace_many(ESCAPES))


def _where(texts: pl.Series, which: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """``texts`` with the few that ``which`` says changed."""
    places = which.fill_null(False).arg_true()
    return texts.scatter(places, change(texts.gather(places))) if len(places) else texts


def filled(text: pl.Expr) -> pl.Expr:
    """``text``, null where it is empty."""
    return pl.when(text != "").then(text)


def if_filled(text: pl.Expr, there: pl.Expr, otherwise: pl.Expr | str = "") -> pl.Expr:
    """``there`` where ``text`` is filled, else ``otherwise``."""
    instead = pl.lit(otherwise) if isinstance(otherwise, str) else otherwise
    return pl.when(filled(text).is_null()).then(instead).otherwise(there)


def cut(text: pl.Expr, length: int = 140) -> pl.Expr:
    """What :func:`tasks.render.text.cut` makes of one text, of a whole column; nothing for null."""
    return text.map_batches(partial(_cut, length), return_dtype=pl.String, is_elementwise=True)


def _cut(length: int, texts: pl.Series) -> pl.Series:
    line = texts.fill_null("")
    line = _where(line, line.str.contains(SPREAD), lambda odd: odd.str.replace_all(r"\s+", " ").str.strip_chars(" "))
    line = _where(
        line, line.str.len_chars() > length, lambda long: long.str.slice(0, length - 1).str.strip_chars_end(" ") + "…"
    )
    return _escaped(line)


def bdi(text: pl.Expr, length: int = 140) -> pl.Expr:
    """What :func:`tasks.render.text.foreign` makes of one text, of a whole column."""
    return pl.concat_str(pl.lit("<bdi>"), cut(text, length), pl.lit("</bdi>"))


def links(column: pl.Series) -> pl.Series:
    """What :func:`tasks.render.text.web_link` makes of one text, of a whole column: null where it is no link to show."""
    texts = column.alias("teks")
    plain = texts.str.contains(PLAIN_LINK) & ~texts.str.contains(SUSPECT) & (texts.str.len_chars() < 2000)
    odd = each(texts.set(plain.fill_null(True), None), web_link)
    return (
        texts.to_frame()
        .select(pl.when(plain).then(escaped(pl.col("teks"))).otherwise(odd).alias(column.name))
        .to_series()
    )
