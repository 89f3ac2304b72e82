"""Cells of records -> typed cells: each distinct text is parsed once, whatever the number of cells that hold it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from tasks.findings import raw
from tasks.reference import Reference
from tasks.text import clean
from tasks.values import (
    DateParser,
    Note,
    Parsed,
    not_understood,
    parse_choice,
    parse_choices,
    parse_coordinates,
    parse_degrees,
    parse_money,
    parse_number,
)
from tasks.vocabulary import Vocabulary

Parser = Callable[[str, str], Parsed]

# Which typed column holds the values of which type of the profile.
HOLDS = {
    "teks": "teks", "teks_panjang": "teks", "pilihan": "teks", "pilihan_banyak": "daftar", "tanggal": "tanggal", "uang": "angka",
    "angka": "angka", "derajat": "angka", "koordinat": "pasangan",
}  # fmt: skip
TYPED: dict[str, Any] = {
    "teks": pl.String,
    "tanggal": pl.Date,
    "angka": pl.Float64,
    "daftar": pl.List(pl.String),
    "pasangan": pl.List(pl.Float64),
}
# Columns of commitments and monitoring returns that are more than text.
OTHER_COLUMNS = pl.DataFrame({
    "kolom": ["tanggal", "penerima_manfaat", "progres", "kendala", "tindak_lanjut"],
    "tipe_kolom": ["tanggal", "angka", "teks_panjang", "teks_panjang", "teks_panjang"],
    "menolak": [False] * 5,
})  # fmt: skip
ERROR_CELLS = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"]
BOUNDS = {"kematangan": (0, 111), "lintang": (-90, 90), "bujur": (-180, 180)}  # what these can be at all
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
_CONTROL = r"[\x00-\x08\x0e-\x1f\x7f]"
_PASTED_BREAK = r"[\x0b\x0c]|\r\n?"
# What is no plain letter or sign of ASCII, and blanks beside blanks, line breaks and the ends of a text.
_UNCLEAN = r"[^\x20-\x5f\x61-\x7e\n]|  |\n[ \n]| \n|\A[ \n]|[ \n]\z"
LONGEST_EMPTY = 120  # bytes of a text that can be a word for nothing
LONGEST_BARE = 20  # letters of a word for nothing between signs of all kinds: "-- nihil --"
_SAYS = r"[^\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]"
_INVISIBLE = "[\u00ad\u200b-\u200f\u2060\ufeff]"


def parse(cells: pl.DataFrame, reference: Reference, vocabulary: Vocabulary) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Typed cells and raw findings (``rekaman`` set, no file yet).

    ``cells`` has the columns of ``tasks.read.sheets.CELL``. The result keeps them and adds those of ``TYPED``, with
    ``kosong`` for cells that hold nothing (or a word for nothing) and ``gagal`` for those that hold what cannot be
    understood; koordinat becomes a row each of lintang and bujur. Columns unknown to the profile stay text.
    """
    frame = cells.with_columns(_kinds(cells["kolom"], reference))
    texts = cells.filter(pl.col("tipe") == "s")["nilai"].unique().to_frame()  # numbers and dates are plain
    texts = texts.with_columns(kotor=pl.col("nilai").str.contains(_UNCLEAN))
    unclean = _is_one_of(texts.filter("kotor"))
    broken = _is_one_of(texts.filter(pl.col("nilai").str.contains("\n", literal=True)))
    unclean |= broken & (pl.col("tipe_kolom") != "teks_panjang")
    frame = frame.with_columns(kosong=_blank(texts, vocabulary))
    as_it_stands = ~pl.col("kosong") & HOLDS_TEXT & ~MARKED & ~unclean
    frame = frame.with_columns(apa_adanya=as_it_stands).with_columns(sisa=~pl.col("kosong") & ~pl.col("apa_adanya"))
    rest = frame.filter("sisa").with_row_index("urut")
    is_text = HOLDS_TEXT | MARKED
    others = rest.filter(~is_text)
    known = _others(others.select("kolom", "tipe_kolom", "nilai", "tipe").unique(), _parsers(reference, vocabulary))
    parsed = others.join(known.drop("tipe_kolom"), on=["kolom", "nilai", "tipe"], how="left")
    values = pl.concat([parsed, _texts(rest.filter(is_text))], how="diagonal").sort("urut")
    of_rest = frame.select(pl.when("sisa").then(pl.col("sisa").cum_sum() - 1)).to_series()
    typed = frame.with_columns(_in_their_places(values.select(*TYPED, "gagal", "catatan"), of_rest)).with_columns(
        pl.when("apa_adanya").then("nilai").otherwise("teks").alias("teks"), pl.col("gagal").fill_null(False)
    )
    typed = typed.select(*cells.columns, "tipe_kolom", "menolak", "kosong", *TYPED, "gagal", "catatan")
    return _split_coordinates(_join_lines(typed.drop("catatan"))), _notes(typed)


def beside(records: pl.DataFrame, cells: pl.LazyFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """``records`` with ``columns`` beside them: of each record the first value in its ``cells`` of that column, else null.

    ``columns`` names for each the typed column that holds its values (``HOLDS``). Quickest are records in the order of cells.
    """
    holders = sorted(set(columns.values()))
    known = cells.select("rekaman", "kolom", *holders).collect()
    of_column = known.partition_by("kolom", as_dict=True, maintain_order=True)
    for kolom, holder in columns.items():
        there = of_column.get((kolom,))
        values = (known.clear() if there is None else there).select("rekaman", pl.col(holder).alias(kolom))
        if values["rekaman"].equals(records["rekaman"]):  # each record has one, as most have of most columns
            records = records.with_columns(values[kolom])
            continue
        if values["rekaman"].n_unique() < values.height:
            values = values.unique("rekaman", keep="first", maintain_order=True)
        records = records.join(values, on="rekaman", how="left", maintain_order="left")
    return records


def _kinds(named: pl.Series, reference: Reference) -> pl.DataFrame:
    """For each of the columns named: its type, and whether what it holds can keep a row out. A run of the same is one look-up."""
    profile = reference.profil.select("kolom", tipe_kolom="tipe", menolak=pl.col("menolak") == "ya")
    runs = named.rle().struct.field("value").to_frame("kolom")
    known = runs.join(pl.concat([profile, OTHER_COLUMNS]), on="kolom", how="left", maintain_order="left")
    kinds = known.select(pl.col("tipe_kolom").fill_null("teks"), pl.col("menolak").fill_null(False))
    return kinds.select(pl.all().gather(named.rle_id()))


def compact(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in memory of its own: texts picked from many others keep these in memory, as long as they are kept."""
    return frame.with_columns(pl.col(pl.String) + "")


def begins(*columns: str) -> pl.Expr:
    """Whether a row is another than the one before it in these columns: where many are alike one after another, few are."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in columns)


def last_of(*keys: str) -> pl.Expr:
    """Whether a row is the last with its ``keys``, in a frame in their order: cheaper than ``unique``."""
    return pl.any_horizontal(pl.col(key) != pl.col(key).shift(-1) for key in keys).fill_null(True)


def parse_value(reference: Reference, vocabulary: Vocabulary, kolom: str, text: str) -> object:
    """The value of a column that a text means, as a cell would; None where it cannot be understood."""
    parser = _parsers(reference, vocabulary).get(kolom)
    return clean(text) if parser is None else _one(parser, kolom, text, "s").value


HOLDS_TEXT = (
    pl.col("tipe_kolom").is_in(["teks", "teks_panjang"]) & ~pl.col("nilai").is_in(ERROR_CELLS) & (pl.col("tipe") != "f")
)
MARKED = pl.col("tipe").str.starts_with("m:")


def _in_their_places(values: pl.DataFrame, rows: pl.Series) -> Iterator[pl.Series | pl.Expr]:
    """For each cell its row of ``values``, null where it has none. Of indicators all columns hold nothing."""
    for column in values:
        nothing = column.null_count() == len(column)
        yield pl.lit(None, column.dtype).alias(column.name) if nothing else column.gather(rows)


def _is_one_of(texts: pl.DataFrame) -> pl.Expr:
    """Whether a cell's text is one of some texts (nilai)."""
    return pl.col("nilai").is_in(texts["nilai"].implode())


def _blank(texts: pl.DataFrame, vocabulary: Vocabulary) -> pl.Expr:
    """Whether a cell holds nothing, or a word for nothing, as some of the distinct ``texts`` (nilai, kotor) are.

    Looked at closely are only texts that are short, or may become so once cleaned (kotor).
    """
    seen = pl.col("nilai").str.replace_all(_INVISIBLE, "").str.replace_all(_CONTROL, " ")
    short = seen.str.normalize("NFKC").str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()
    bare = short.str.replace_all(r"[\W_]+", " ").str.strip_chars()
    nothing = (
        (short == "")
        | short.is_in(vocabulary.empties)
        | ((short.str.len_chars() <= LONGEST_BARE) & bare.is_in(vocabulary.empties))
    )
    longest = max(LONGEST_BARE, *map(len, vocabulary.empties))
    size = pl.col("nilai").str.len_bytes()
    looked_at = texts.filter((size <= longest) | pl.col("kotor"))
    may_be_empty = looked_at.filter((size <= LONGEST_EMPTY) | ~pl.col("nilai").str.contains(_SAYS))
    empties = may_be_empty.filter(nothing & ~pl.col("nilai").is_in(ERROR_CELLS))
    return (pl.col("tipe") == "e") | ((pl.col("tipe") == "s") & _is_one_of(empties))


def _texts(distinct: pl.DataFrame) -> pl.DataFrame:
    """Texts cleaned: NFKC, no invisible characters, plain quotes, single spaces; long texts keep their line breaks."""
    plain = (
        pl.col("nilai").str.normalize("NFKC").str.replace_all(_INVISIBLE, "")
        .str.replace_all(_PASTED_BREAK, "\n").str.replace_all(_CONTROL, " ")
        .str.replace_all("[‘’‚`´]", "'").str.replace_all("[“”„]", '"')
    )  # fmt: skip
    lines = plain.str.replace_all(r"[^\S\n]+", " ").str.replace_all(r" ?\n[ \n]*", "\n").str.strip_chars()
    line = plain.str.replace_all(r"\s+", " ").str.strip_chars()
    text = pl.when(pl.col("tipe_kolom") == "teks_panjang").then(lines).otherwise(line)
    chosen = pl.col("tipe").str.strip_prefix("m:")
    return distinct.with_columns(
        teks=pl.when(MARKED & (pl.col("tipe_kolom") != "pilihan_banyak")).then(chosen).otherwise(text),
        daftar=pl.when(MARKED & (pl.col("tipe_kolom") == "pilihan_banyak")).then(pl.concat_list(chosen)),
    )


def _parsers(reference: Reference, vocabulary: Vocabulary) -> dict[str, Parser]:
    """A parser for each column that is not plain text."""
    date_parser = DateParser(reference.kosakata)
    by_type: dict[str, Parser] = {
        "tanggal": date_parser,
        "uang": parse_money,
        "angka": parse_number,
        "koordinat": parse_coordinates,
        "derajat": parse_degrees,
    }
    parsers: dict[str, Parser] = {}
    for kolom, tipe in reference.profil.select("kolom", "tipe").iter_rows():
        if tipe == "pilihan":
            parsers[kolom] = lambda text, _, kolom=kolom: parse_choice(vocabulary, kolom, text)  # type: ignore[misc]
        elif tipe == "pilihan_banyak":
            parsers[kolom] = lambda text, _, kolom=kolom: parse_choices(vocabulary, kolom, text)  # type: ignore[misc]
        elif tipe in by_type:
            parsers[kolom] = by_type[tipe]
    for kolom, tipe in OTHER_COLUMNS.select("kolom", "tipe_kolom").iter_rows():
        if tipe in by_type:
            parsers[kolom] = by_type[tipe]
    return parsers


def _others(distinct: pl.DataFrame, parsers: dict[str, Parser]) -> pl.DataFrame:
    """Values of the distinct texts that are no plain text, a column a type."""
    columns: dict[str, list[object]] = {name: [] for name in TYPED}
    failed: list[bool] = []
    notes: list[list[dict[str, str]] | None] = []  # an empty list is dear
    for kolom, tipe_kolom, nilai, tipe in distinct.iter_rows():
        parsed = _one(parsers.get(kolom), kolom, nilai, tipe)
        holder = HOLDS[tipe_kolom]
        for name, column in columns.items():
            column.append(parsed.value if name == holder else None)
        failed.append(parsed.value is None)
        notes.append([note._asdict() for note in parsed.notes] or None)
    added = [pl.Series(name, columns[name], dtype=dtype, strict=False) for name, dtype in TYPED.items()]
    note_type = pl.List(pl.Struct({"kode": pl.String, "rincian": pl.String}))
    return distinct.with_columns(
        *added, pl.Series("gagal", failed, dtype=pl.Boolean), pl.Series("catatan", notes, dtype=note_type)
    )


def _one(parser: Parser | None, kolom: str, nilai: str, tipe: str) -> Parsed:
    if nilai in ERROR_CELLS and tipe == "s":
        return Parsed(None, (Note("sel_galat", ""),))
    if tipe == "f":
        return Parsed(None, (Note("rumus_tanpa_nilai", ""),))
    tipe, _, scale = tipe.partition("*")
    parsed = parser(nilai, tipe) if parser else not_understood()
    if isinstance(parsed.value, float) and kolom in BOUNDS:
        low, high = BOUNDS[kolom]
        if not low <= parsed.value <= high:
            return not_understood(f"Seharusnya antara {low} dan {high}.")
    if not scale or parsed.value is None:
        return parsed
    amount = parsed.value * int(scale)  # the header says "dalam ribuan rupiah"
    return Parsed(amount, (Note("angka_dari_teks", f"Rp{amount:,}".replace(",", ".")),))


def _notes(typed: pl.DataFrame) -> pl.DataFrame:
    """Notes of the parsers as raw findings; what fails in a column that is not mandatory is a milder finding."""
    milder = {
        "nilai_tidak_dipahami": "nilai_dilewati",
        "tanggal_mustahil": "nilai_dilewati",
        "sel_galat": "sel_galat_opsional",
    }
    noted = typed.filter(pl.col("catatan").list.len() > 0).explode("catatan").unnest("catatan")
    kode = pl.when("menolak").then("kode").otherwise(pl.col("kode").replace(milder))
    found = noted.select(kode.alias("kode"), "rekaman", "baris", "sel", "kolom", "nilai", "rincian")
    digits = pl.col("nilai").str.len_bytes() > EXACT_DIGITS
    is_text = pl.col("tipe_kolom").is_in(["teks", "teks_panjang"])
    long = (
        typed.filter((pl.col("tipe") == "n") & digits)
        .filter(is_text)
        .select(
            pl.lit("angka_panjang").alias("kode"),
            "rekaman",
            "baris",
            "sel",
            "kolom",
            "nilai",
            pl.lit("").alias("rincian"),
        )
    )
    return raw(pl.concat([found, long]))


def _join_lines(typed: pl.DataFrame) -> pl.DataFrame:
    """Long texts spread over several cells of a record become the text of the first of them."""
    long = typed.filter(pl.col("tipe_kolom") == "teks_panjang")
    several = long.filter(pl.len().over("rekaman", "kolom") > 1).select("rekaman", "kolom").unique()
    if several.is_empty():
        return typed
    split = typed.join(several, on=["rekaman", "kolom"], how="semi", maintain_order="left")
    lines = split.group_by("rekaman", "kolom", maintain_order=True).agg(
        pl.all().exclude("teks").first(), pl.col("teks").str.join("\n")
    )
    rest = typed.join(several, on=["rekaman", "kolom"], how="anti", maintain_order="left")
    return pl.concat([rest, lines.select(typed.columns)])


def _split_coordinates(typed: pl.DataFrame) -> pl.DataFrame:
    """A pair of coordinates as two cells: lintang and bujur, both at the address of the pair."""
    pairs = typed.filter(pl.col("pasangan").is_not_null())
    if pairs.is_empty():
        return typed.drop("pasangan")
    halves = [
        pairs.with_columns(pl.lit(kolom).alias("kolom"), pl.col("pasangan").list.get(index).alias("angka"))
        for index, kolom in enumerate(("lintang", "bujur"))
    ]
    return pl.concat([typed, *halves]).drop("pasangan")
