"""The one way to report: whatever is wrong or was repaired becomes a row with a code of the catalogue and a position.

Stages yield *raw* findings (``RAW``: codes and positions); ``publishable`` turns all of them into the table ``temuan``.
"""

from collections.abc import Iterable, Iterator
from string import ascii_uppercase
from typing import Any

import polars as pl

from schemas.tables import polars_schema
from tasks.reference import Reference

RAW: dict[str, Any] = {
    "kode": pl.String,
    "berkas": pl.String,
    "lembar": pl.String,
    "baris": pl.Int32,
    "sel": pl.Int32,
    "kolom": pl.String,
    "nilai": pl.String,
    "rincian": pl.String,
    "kode_unit": pl.String,
    "rekaman": pl.UInt32,
}
_LETTERS = pl.Series(list(ascii_uppercase))
_ISO_DATE = r"^(\d{4})-(0\d|1[0-2])-([0-2]\d|3[01])$"  # a cell with a date, as reading encodes it
PLACEHOLDERS = range(1, 4)  # a sentence has at most three
LONGEST_SHOWN = 120  # characters of a value inside a sentence


def raw(rows: pl.DataFrame | Iterable[dict[str, Any]] = ()) -> pl.DataFrame:
    """Raw findings from rows that have some of the columns of ``RAW``; the others are null."""
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows), schema_overrides=RAW)
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in RAW.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in RAW.items())


def a1(baris: pl.Expr, sel: pl.Expr) -> pl.Expr:
    """A1 addresses of 0-based rows and columns; null where either is null."""
    low, high = sel % 26, sel // 26 - 1

    def letter(index: pl.Expr) -> pl.Expr:
        return pl.lit(_LETTERS).gather(index, null_on_oob=True)

    two = pl.when(high >= 26).then(pl.concat_str(letter(high // 26 - 1), letter(high % 26))).otherwise(letter(high))
    return pl.concat_str(pl.when(sel >= 26).then(two).otherwise(pl.lit("")), letter(low), (baris + 1).cast(pl.String))


def publishable(findings: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Raw findings as the published table ``temuan``, sentences filled in, in a stable order.

    Raises ``ValueError`` for a code that the catalogue does not have: a fault of this software.
    """
    unknown = set(findings["kode"]) - set(reference.temuan["kode"])
    if unknown:
        raise ValueError(f"codes missing from temuan.csv: {sorted(unknown)}")
    sentences = (part for template in ("pesan", "cara_memperbaiki") for part in _parted(template))
    catalogue = reference.temuan.select("kode", "tingkat", "siapa", *sentences)
    label = pl.col("kolom").replace_strict(reference.label, default=_words(pl.col("kolom"))).fill_null("")
    shown = pl.col("nilai").fill_null("").str.replace_all(r"\s+", " ").str.replace(_ISO_DATE, "$3-$2-$1")
    short = (
        pl.when(shown.str.len_chars() > LONGEST_SHOWN).then(shown.str.slice(0, LONGEST_SHOWN) + "…").otherwise(shown)
    )
    sentence = _filled("pesan", {"label": label, "nilai": short, "rincian": pl.col("rincian").fill_null("")})
    advice = _filled("cara_memperbaiki", {"label": label})
    return in_order(
        findings.join(catalogue, on="kode", how="left", maintain_order="left").select(
            "kode", "tingkat", "siapa", "berkas", "lembar", a1(pl.col("baris"), pl.col("sel")).alias("sel"),
            _published_column().alias("kolom"), "nilai",
            (sentence + " " + advice).alias("pesan"), "kode_unit",
        )
    )  # fmt: skip


def in_order(temuan: pl.DataFrame) -> pl.DataFrame:
    """Published findings as one walks through the files: sheet by sheet, row by row, cell by cell."""
    letters, row = pl.col("sel").str.extract("^([A-Z]+)"), pl.col("sel").str.extract("([0-9]+)$").cast(pl.Int64)
    place = ("berkas", "lembar", row, letters.str.len_bytes(), letters, "kode", "kolom", "nilai", "pesan", "kode_unit")
    return temuan.sort(place, nulls_last=False)


def _words(kolom: pl.Expr) -> pl.Expr:
    """What a column is called that the profile does not have: progres is Progres, "?No HP" No HP."""
    words = kolom.str.strip_prefix("?").str.replace_all("_", " ")
    return words.str.slice(0, 1).str.to_uppercase() + words.str.slice(1)


def _published_column() -> pl.Expr:
    """The column of ``inovasi`` a finding concerns; null where it is none of these."""
    named = pl.col("kolom").replace({"koordinat": "lintang"})
    return pl.when(named.is_in(list(polars_schema("inovasi")))).then(named)


def _parted(template: str) -> Iterator[pl.Expr]:
    """The sentences of a column in parts: what stands before placeholders, and of each of these its name and what is behind."""
    pieces = pl.col(template).str.split("{")
    yield pieces.list.first().alias(f"{template}_0")
    for number in PLACEHOLDERS:
        piece = pieces.list.get(number, null_on_oob=True)
        yield piece.str.extract(r"^(\w+)\}").alias(f"{template}_isian_{number}")
        yield piece.str.replace(r"^\w+\}", "").fill_null("").alias(f"{template}_{number}")


def _filled(template: str, values: dict[str, pl.Expr]) -> pl.Expr:
    """Sentences put together of their parts (``_parted``), row by row; values are never searched for placeholders."""
    parts = [pl.col(f"{template}_0")]
    for number in PLACEHOLDERS:
        named = (pl.when(pl.col(f"{template}_isian_{number}") == key).then(value) for key, value in values.items())
        parts += [pl.coalesce(*named, pl.lit("")), pl.col(f"{template}_{number}")]
    return pl.concat_str(parts)
