"""Indicators and maturity of innovations.

    kematangan = sum over the indicators sent, 16 to 35, of bobot * parameter; parameter is 0 without evidence (max 111)

Source: the rules of the Indeks Inovasi Daerah, data/reference/indikator.csv, by year.
"""

import re
from typing import NamedTuple

import polars as pl

from schemas.submission import LINK
from schemas.tables import conform
from tasks.findings import raw
from tasks.reference import Reference
from tasks.text import clean, fold
from tasks.vocabulary import Vocabulary

COLUMNS = ("nama_inovasi", "no_inovasi", "no", "nomor", "indikator", "parameter", "bukti")
REJECTED = ""  # stands for an innovation whose row was not accepted: that is reported there, not here
_LEADING_NUMBER = re.compile(r"^\D{0,12}?(\d{1,2})\b")
_LIKE_A_LINK = r"(?i)^(?:\w{3,6}:/|www\.|\S+\.(?:com|id|ly|gle)\b/?)"
_PARAMETER = re.compile(r"^\s*(?:parameter|level|nilai|skor|p)?\s*[:.\-]?\s*([0-3])\b", re.IGNORECASE)


class Scored(NamedTuple):
    """The table ``indikator``, raw findings, and where the form leaves room for indicators that nobody filled in.

    ``kosong`` has id_inovasi, nomor and the position of the parameter's cell; ``reported`` the indicators already spoken of.
    """

    table: pl.DataFrame
    findings: pl.DataFrame
    kosong: pl.DataFrame
    reported: pl.DataFrame


def score_indicators(
    records: pl.DataFrame,
    cells: pl.DataFrame,
    identity: pl.DataFrame,
    reference: Reference,
    vocabulary: Vocabulary,
    tahun: int,
) -> Scored:
    """The table ``indikator`` and what there is to say of its rows.

    ``records`` are those of tables of indicators (rekaman, tabel, berkas, lembar, baris, sel), in the order of submission,
    ``cells`` their typed cells; ``identity`` names the innovations of each file: berkas, lembar, id_inovasi ("" for those
    whose row was rejected), nama, no.
    """
    wide = _numbered(_wide(records, cells), vocabulary)
    wide = _owned(wide, identity)
    weights = reference.indicators(tahun)
    known = pl.col("nomor_indikator").is_in(weights["nomor"].implode())
    empty = pl.col("parameter").is_null() & pl.col("bukti").is_null()  # a prepared row that nobody filled
    told = wide.filter(known & (pl.col("id_inovasi") != REJECTED).fill_null(True))
    assessed = _assessed(told.filter(pl.col("id_inovasi").is_not_null() & ~empty), weights, reference)
    findings = [
        # 36 is the number of innovations, which the portal fills in itself
        _found(
            "indikator_tidak_dikenal",
            wide.filter(~known.fill_null(False) & (pl.col("nomor_indikator") != 36).fill_null(True) & ~empty),
            "nomor", pl.coalesce("nomor", "indikator"),
        ),
        _found(
            "indikator_tanpa_inovasi",
            told.filter(pl.col("id_inovasi").is_null() & ~empty)
            .with_columns(sebutan=pl.coalesce("pemilik", "no_inovasi"))
            .unique(["tabel", "sebutan", pl.when(pl.col("sebutan").is_null()).then("bagian").alias("bagian")], keep="first",
                    maintain_order=True),
            "nama_inovasi", pl.col("sebutan"),
        ),
        *_about_evidence(assessed),
    ]  # fmt: skip
    last = pl.col("berkas") == pl.col("berkas").last().over("id_inovasi", "nomor_indikator")
    room = told.filter(pl.col("id_inovasi").is_not_null() & empty).filter(last)
    return Scored(
        _table(assessed),
        pl.concat(findings),
        room.unique(["id_inovasi", "nomor_indikator"], keep="first", maintain_order=True).select(
            "id_inovasi", pl.col("nomor_indikator").alias("nomor"), "rekaman", "berkas", "lembar", *_place("parameter")
        ),
        assessed.filter("keliru").select("id_inovasi", pl.col("nomor_indikator").alias("nomor")).unique(maintain_order=True),
    )  # fmt: skip


def _wide(records: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """A row a record, in order: the text of each column, and where its first cell stands (baris_, sel_ and the column)."""
    ours = cells.join(records, on="rekaman", how="semi").filter(pl.col("kolom").is_in(COLUMNS))
    by_column = ours.partition_by("kolom", as_dict=True)
    wide = records
    for kolom in COLUMNS:
        found = by_column.get((kolom,), ours.clear()).unique("rekaman", keep="first", maintain_order=True)
        filled = by_column.get((kolom,), ours.clear()).filter(~pl.col("kosong")).unique("rekaman", keep="first")
        texts = filled.select("rekaman", pl.col("teks").alias(kolom))
        places = found.select("rekaman", pl.col("baris").alias(f"baris_{kolom}"), pl.col("sel").alias(f"sel_{kolom}"))
        wide = wide.join(texts, on="rekaman", how="left", maintain_order="left").join(
            places, on="rekaman", how="left", maintain_order="left"
        )
    return wide


def _numbered(wide: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """``wide`` with nomor_indikator: 16 to 36 as number or name say it, null where neither does."""
    asked = wide.select("nomor", "indikator").unique()
    numbers = [_indicator_number(nomor, name, vocabulary) for nomor, name in asked.iter_rows()]
    known = asked.with_columns(pl.Series("nomor_indikator", numbers, dtype=pl.Int64))
    return wide.join(known, on=["nomor", "indikator"], how="left", nulls_equal=True, maintain_order="left")


def _owned(wide: pl.DataFrame, identity: pl.DataFrame) -> pl.DataFrame:
    """``wide`` with the innovation each row belongs to: pemilik (the name given), bagian (which of its table's), id_inovasi."""
    owners = _Owners(identity)
    named = wide.with_columns(
        pl.DataFrame(
            _sections(wide.select("tabel", "nama_inovasi", "nomor_indikator")),
            schema={"pemilik": pl.String, "bagian": pl.Int64}, orient="row",
        )
    )  # fmt: skip
    keys = ["berkas", "lembar", "pemilik", "no_inovasi"]
    asked = named.select(keys).unique()
    found = asked.with_columns(
        pl.Series("id_inovasi", [owners.find(*key) for key in asked.iter_rows()], dtype=pl.String)
    )
    return named.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")


def _sections(rows: pl.DataFrame) -> list[tuple[str | None, int]]:
    """Whose indicators each row tells, and which section of its table it is in.

    A row belongs to the innovation it names, or the last one named; an indicator that comes again begins another one.
    """
    states: dict[int, tuple[str | None, set[int | None], int]] = {}  # by table: innovation, its indicators, which
    sections: list[tuple[str | None, int]] = []
    for tabel, named, nomor in rows.iter_rows():
        name, seen, which = states.get(tabel) or (None, set(), 0)
        if named or (nomor and nomor in seen):
            same = bool(named) and named == name
            name, seen, which = named, seen if same else set(), which + (not same)
        seen.add(nomor)
        states[tabel] = name, seen, which
        sections.append((name, which))
    return sections


def _assessed(rows: pl.DataFrame, weights: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """``rows`` with what they reach, and what is wrong with them.

    disebut is the parameter they name, tercapai is 0 without evidence, where there is a column for it, skor its weight times;
    tanpa_bukti, keliru (something about the parameter), diaku (evidence only claimed), bukan_tautan say what is wrong.
    """
    by_number = {row["nomor"]: row for row in weights.iter_rows(named=True)}
    asked = rows.select("nomor_indikator", "parameter").unique()
    said = [_parameter(text, by_number[nomor]) for nomor, text in asked.iter_rows()]
    known = asked.with_columns(pl.Series("disebut", said, dtype=pl.Int64))
    evidence = rows.select("bukti").unique().drop_nulls()
    claims = {form for word in reference.kosakata.bukti_diaku for form in _forms(word)} - {""}
    short = evidence.filter(pl.col("bukti").str.len_chars() <= 3 * max(map(len, claims), default=0))
    claimed = short.filter(
        pl.Series([bool(claims.intersection(_forms(text))) for text in short["bukti"]], dtype=pl.Boolean)
    )
    weighed = weights.select(
        pl.col("nomor").alias("nomor_indikator"), "bobot", pl.col("indikator").alias("nama_indikator")
    )
    placed = pl.col("baris_bukti").is_not_null()
    bare = placed & pl.col("bukti").is_null() & (pl.col("disebut") > 0).fill_null(False)
    link = pl.col("bukti").str.contains(_LIKE_A_LINK) & ~pl.col("bukti").str.contains(LINK)
    return (
        rows.join(known, on=["nomor_indikator", "parameter"], how="left", nulls_equal=True, maintain_order="left")
        .join(weighed, on="nomor_indikator", how="left", maintain_order="left")
        .with_columns(
            tanpa_bukti=bare,
            tercapai=pl.when(bare).then(0).otherwise("disebut").fill_null(0),
            diaku=pl.col("bukti").is_in(claimed["bukti"].implode()).fill_null(False),
            bukan_tautan=link.fill_null(False),
            ada_kolom_bukti=placed,
        )
        .with_columns(
            skor=pl.col("bobot") * pl.col("tercapai"),
            keliru=bare | pl.col("disebut").is_null() | pl.col("parameter").is_null(),
        )
    )


def _about_evidence(assessed: pl.DataFrame) -> list[pl.DataFrame]:
    """Findings about parameters and their evidence."""
    described = pl.format("{} ({})", "nomor_indikator", "nama_indikator")
    unread, reached = pl.col("disebut").is_null(), pl.col("tercapai") > 0
    without_column = reached & ~pl.col("ada_kolom_bukti")
    claimed = reached & pl.col("ada_kolom_bukti") & pl.col("diaku")
    tables = assessed.filter(without_column).unique("tabel", keep="first", maintain_order=True)
    return [
        _found("parameter_tidak_dipahami", assessed.filter(unread), "parameter", pl.col("parameter")),
        _found(
            "bukti_tanpa_parameter", assessed.filter(~unread & pl.col("parameter").is_null()), "parameter", pl.lit(""), described,
        ),
        _found(
            "indikator_tanpa_bukti", assessed.filter("tanpa_bukti"), "bukti", pl.col("disebut").cast(pl.String), described,
        ),
        raw(tables.select("rekaman", "berkas", "lembar", kode=pl.lit("kolom_bukti_tidak_ada"))),
        _found("bukti_tidak_disebut", assessed.filter(claimed), "bukti", pl.col("bukti"), described),
        _found(
            "bukan_tautan", assessed.filter(~without_column & ~claimed & pl.col("bukan_tautan")), "bukti", pl.col("bukti"),
        ),
    ]  # fmt: skip


def _found(kode: str, rows: pl.DataFrame, kolom: str, nilai: pl.Expr, rincian: pl.Expr | None = None) -> pl.DataFrame:
    """Raw findings about the cells of a column in ``rows``."""
    detail = pl.lit("") if rincian is None else rincian
    texts = {"kode": pl.lit(kode), "kolom": pl.lit(kolom), "nilai": nilai, "rincian": detail}
    return raw(rows.select("rekaman", "berkas", "lembar", *_place(kolom), **texts))


def _place(kolom: str) -> tuple[pl.Expr, pl.Expr]:
    """Where the cell of a column stands; where the row begins, if it has none."""
    row, column = (pl.coalesce(f"{name}_{kolom}", name).alias(name) for name in ("baris", "sel"))
    return row, column


def _table(assessed: pl.DataFrame) -> pl.DataFrame:
    """The table ``indikator``; of an indicator sent twice the later row counts."""
    rows = assessed.select(
        "id_inovasi", pl.col("nomor_indikator").alias("nomor"), pl.col("tercapai").alias("parameter"), "skor", "bukti"
    )
    kept = rows.unique(["id_inovasi", "nomor"], keep="last", maintain_order=True).sort("id_inovasi", "nomor")
    return conform("indikator", kept)


def _forms(text: str | None) -> tuple[str, str]:
    """A text as written, without case, and without signs."""
    return (clean(text).casefold(), fold(text)) if text else ("", "")


def maturity(inovasi: pl.DataFrame, indikator: pl.DataFrame) -> pl.DataFrame:
    """``inovasi`` with kematangan of those whose indicators were sent; a ready-made figure stays where none were."""
    computed = indikator.group_by("id_inovasi").agg(pl.col("skor").sum().alias("terhitung"))
    joined = inovasi.join(computed, on="id_inovasi", how="left", maintain_order="left")
    return conform("inovasi", joined.with_columns(kematangan=pl.coalesce("terhitung", "kematangan")))


class _Owners:
    """Which innovation a row of indicators belongs to: by name in the same file, by its number there, or the only one."""

    def __init__(self, identity: pl.DataFrame) -> None:
        self._by_name: dict[str, dict[str, str]] = {}
        self._by_number: dict[tuple[str, str], str] = {}
        self._by_sheet: dict[tuple[str, str], set[str]] = {}
        self._by_file: dict[str, set[str]] = {}
        for row in identity.iter_rows(named=True):
            if row["nama"]:
                self._by_name.setdefault(row["berkas"], {})[fold(row["nama"])] = row["id_inovasi"]
            if row["no"]:
                self._by_number[row["berkas"], row["no"]] = row["id_inovasi"]
            self._by_sheet.setdefault((row["berkas"], row["lembar"]), set()).add(row["id_inovasi"])
            self._by_file.setdefault(row["berkas"], set()).add(row["id_inovasi"])

    def find(self, berkas: str, lembar: str, name: str | None, number: str | None) -> str | None:
        """The innovation, or None."""
        names = self._by_name.get(berkas, {})
        if name and (found := names.get(fold(name))):
            return found
        if name and name.strip().isdigit() and (found := self._by_number.get((berkas, name.strip()))):
            return found
        if number and (found := self._by_number.get((berkas, number.strip()))):
            return found
        if name:
            return _by_start(names, fold(name))
        for only in (self._by_sheet.get((berkas, lembar), set()), self._by_file.get(berkas, set())):
            if len(only) == 1:
                return next(iter(only))
        return None


def _by_start(names: dict[str, str], name: str) -> str | None:
    """A short form of a name ("Gebraks" for "GEBRAKS (Gerakan …)"), where it is short for one only."""
    found = {value for full, value in names.items() if full.startswith(f"{name} ") or name.startswith(f"{full} ")}
    return found.pop() if len(found) == 1 else None


def _indicator_number(nomor: str | None, name: str | None, vocabulary: Vocabulary) -> int | None:
    for text in (nomor, name):
        if text and (match := _LEADING_NUMBER.match(text)) and 16 <= int(match[1]) <= 36:
            return int(match[1])
    return next(
        (vocabulary.indicators[fold(text)] for text in (name, nomor) if text and fold(text) in vocabulary.indicators),
        None,
    )


def _parameter(text: str | None, weight: dict[str, object]) -> int | None:
    """The parameter a text names: its number, or the wording of what it stands for; 0 where nothing stands."""
    if text is None:
        return 0
    for number in (3, 2, 1):
        wording = weight[f"parameter_{number}"]
        if wording and fold(str(wording)) == fold(text):
            return number
    match = _PARAMETER.match(text)
    return int(match[1]) if match else None
