"""Indicators and maturity of innovations.

    kematangan = sum over the indicators sent, 16 to 35, of bobot * parameter; parameter is 0 without evidence (max 111)

Source: the rules of the Indeks Inovasi Daerah, data/reference/indikator.csv, by year.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import polars as pl

from schemas.submission import LINK
from schemas.tables import shape
from tasks.findings import raw
from tasks.parse import begins, beside, last_of
from tasks.reference import Reference
from tasks.text import clean, fold
from tasks.vocabulary import Vocabulary

REJECTED = ""  # stands for an innovation whose row was not accepted: that is reported there, not here
_LEADING_NUMBER = re.compile(r"^\D{0,12}?(\d{1,2})\b")
LIKE_A_LINK = r"(?i)^(?:\w{3,6}:/|www\.|\S+\.(?:com|id|ly|gle)\b/?)"
FILLED_BY_THE_PORTAL = 36  # the number of innovations
KEY = ["id_inovasi", "nomor"]
LATER = ["giliran_berkas", "rekaman"]  # of rows, what orders them by submission
COLUMNS = ("nama_inovasi", "no_inovasi", "nomor", "indikator", "parameter", "bukti")
WORDINGS = ("parameter_1", "parameter_2", "parameter_3")
NOTHING = pl.lit("")
# What may be wrong with a parameter, in the columns that ``_assessed`` adds.
UNCLEAR = pl.col("dipahami").is_null()
ABSENT = pl.col("parameter_teks").is_null()
UNPROVEN = (pl.col("dipahami") > 0) & (pl.col("parameter") == 0)
_PARAMETER = re.compile(r"^\s*(?:parameter|level|nilai|skor|p)?\s*[:.\-]?\s*([0-3])\b", re.IGNORECASE)


class Scored(NamedTuple):
    """The table ``indikator``, raw findings, and where the form leaves room for indicators that nobody filled in.

    Innovations are an enumeration until it is published.

    ``kosong`` has id_inovasi, nomor and the position of the parameter's cell; ``reported`` the indicators already spoken of.
    """

    table: pl.DataFrame
    findings: pl.DataFrame
    kosong: pl.DataFrame
    reported: pl.DataFrame
    totals: pl.DataFrame  # of each innovation the sum of skor: id_inovasi, terhitung


def score_indicators(
    records: pl.DataFrame,
    cells: pl.LazyFrame,
    identity: pl.DataFrame,
    reference: Reference,
    vocabulary: Vocabulary,
    tahun: int,
) -> Scored:
    """The table ``indikator`` and what there is to say of its rows.

    ``records`` are those of tables of indicators (rekaman, tabel, berkas, lembar, baris, sel, giliran_berkas), ``cells`` their
    typed cells; ``identity`` names the innovations of each file: berkas, lembar, id_inovasi ("" for those whose row was
    rejected), nama, no. Of an indicator sent twice the later row counts.
    """
    weights = reference.indicators(tahun).select("nomor", "indikator", "bobot", *WORDINGS)
    innovations = pl.Enum(identity["id_inovasi"].append(pl.Series([REJECTED])).unique().sort())  # sorted by number
    claims = {form for word in reference.kosakata.bukti_diaku for form in _forms(word)} - {""}
    known, strange = _numbered(records, cells, vocabulary, weights)
    owned = _owned(known, identity, innovations)
    lost = owned.filter(pl.col("id_inovasi").is_null() & ~pl.col("kosong"))
    mine = owned.filter(pl.col("id_inovasi") != REJECTED)
    assessed = _assessed(mine.filter(~pl.col("kosong")), cells, weights)
    found = [
        _found("indikator_tidak_dikenal", strange, "nomor", pl.coalesce("nomor", "indikator")),
        _found("indikator_tanpa_inovasi", _once(lost), "nama_inovasi", pl.coalesce("nama", "no_inovasi")),
        *_about_parameters(assessed),
        *_about_evidence(assessed, claims),
    ]
    room = mine.filter("kosong").select("id_inovasi", "ke", *LATER, "berkas", "lembar", "baris", "sel")
    spoken = assessed.filter(UNCLEAR | ABSENT | UNPROVEN).select("id_inovasi", "nomor")
    table = _latest(assessed.select("id_inovasi", "nomor", "parameter", *LATER, "skor", "bukti"))
    totals = table.group_by("id_inovasi").agg(terhitung=pl.col("skor").sum())
    return Scored(
        table,
        _placed(pl.concat(found), cells),
        _room(room, cells),
        spoken.unique().sort(KEY).cast({"id_inovasi": pl.String}),
        totals.cast({"id_inovasi": pl.String}),
    )


def _latest(sent: pl.DataFrame) -> pl.DataFrame:
    """Of each innovation and indicator the last row sent, in order."""
    order = sent.select(pl.arg_sort_by(*KEY, *LATER)).to_series()
    last = sent.select(KEY)[order].select(last_of(*KEY)).to_series()
    return sent.drop(LATER)[order.filter(last)]


def _numbered(
    records: pl.DataFrame, cells: pl.LazyFrame, vocabulary: Vocabulary, weights: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row for each record with its texts (null where nothing stands), its indicator, ke, and the innovation it names.

    First those whose indicator is one of the year, then those whose is none, though something stands there.
    """
    filled = cells.filter(~pl.col("kosong"))
    wide = beside(records, filled, dict.fromkeys(COLUMNS, "teks"))
    rows = _named(_answered(wide, ["nomor", "indikator"], "ke", pl.Int64, partial(_indicator_number, vocabulary)))
    rows = rows.with_columns(kosong=pl.col("parameter").is_null() & pl.col("bukti").is_null())
    known = pl.col("ke").is_in(weights["nomor"].implode()).fill_null(False)
    strange = ~known & ~pl.col("kosong") & (pl.col("ke").fill_null(0) != FILLED_BY_THE_PORTAL)
    return rows.filter(known), rows.filter(strange)


def _owned(rows: pl.DataFrame, identity: pl.DataFrame, innovations: pl.Enum) -> pl.DataFrame:
    """The rows with the innovation that each is of; null where there is none. Most name one of their file as it is named."""
    columns, key = ["berkas", "lembar", "nama", "no_inovasi"], ["berkas", "kunci"]
    first = rows.select(begins(*columns)).to_series()  # rows of an innovation stand together, and are asked for once
    those = rows.filter(first).select(columns)
    asked, named = _folded(those.unique(maintain_order=True)), _folded(identity.drop_nulls("nama"))
    as_named = named.unique(key, keep="last").filter(pl.col("id_inovasi") != REJECTED).select(*key, "id_inovasi")
    known = asked.join(as_named, on=key, how="left", maintain_order="left")
    rest = known.filter(pl.col("id_inovasi").is_null())
    if not rest.is_empty():
        owners = _Owners(identity.filter(pl.col("berkas").is_in(rest["berkas"].implode())))
        found = pl.Series(
            "id_inovasi", [owners.find(*texts) for texts in rest.select(columns).iter_rows()], dtype=pl.String
        )
        known = pl.concat([known.filter(pl.col("id_inovasi").is_not_null()), rest.with_columns(found)])
    answers = known.select(*columns, pl.col("id_inovasi").cast(innovations))
    found = those.join(answers, on=columns, how="left", nulls_equal=True, maintain_order="left")["id_inovasi"]
    return rows.with_columns(found.gather(first.cum_sum() - 1))


def _folded(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with kunci, the folded nama."""
    return rows.with_columns(pl.Series("kunci", [name and fold(name) for name in rows["nama"]], dtype=pl.String))


def _answered(
    rows: pl.DataFrame,
    columns: list[str],
    name: str,
    dtype: type[pl.DataType] | pl.DataType,
    ask: Callable[..., object],
) -> pl.DataFrame:
    """The rows with what ``ask`` answers to the texts in ``columns``, asked once for each combination of them."""
    asked = rows.select(columns).unique(maintain_order=True)
    answers = pl.Series(name, [ask(*texts) for texts in asked.iter_rows()], dtype=dtype)
    return rows.join(asked.with_columns(answers), on=columns, how="left", nulls_equal=True, maintain_order="left")


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the innovation they speak of, nama: the one they name, else the last one named in their table.

    An indicator that comes again without a name is another innovation's; giliran counts these, where not all rows have a name.
    """
    above: dict[int, tuple[str | None, set[int | None], int]] = {}  # by table: innovation, its indicators, which one
    found: list[tuple[int, str | None, int]] = []
    scattered = rows.filter(pl.col("nama_inovasi").is_null().any().over("tabel"))
    for rekaman, tabel, own, nomor in scattered.select("rekaman", "tabel", "nama_inovasi", "ke").iter_rows():
        name, seen, turn = above.get(tabel, (None, set(), 0))
        if own or (nomor and nomor in seen):
            same = own is not None and own == name
            name, seen, turn = own, seen if same else set(), turn + (not same)
        seen.add(nomor)
        above[tabel] = name, seen, turn
        found.append((rekaman, name, turn))
    schema = {"rekaman": pl.UInt32, "nama": pl.String, "giliran": pl.Int64}
    named = pl.DataFrame(found, schema=schema, orient="row")
    joined = rows.join(named, on="rekaman", how="left", maintain_order="left")
    return joined.with_columns(nama=pl.coalesce("nama", "nama_inovasi"))


def _once(lost: pl.DataFrame) -> pl.DataFrame:
    """The first row of each innovation that nobody sent: by its name or number, else by its turn in the table."""
    called = pl.coalesce("nama", "no_inovasi")
    keyed = lost.with_columns(disebut=called, giliran=pl.when(called.is_null()).then("giliran"))
    return keyed.unique(["tabel", "disebut", "giliran"], keep="first", maintain_order=True)


def _assessed(rows: pl.DataFrame, cells: pl.LazyFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """The rows with the parameter that the innovation reaches: 0 without evidence, where there is a column for it.

    Beside it skor, dipahami (the parameter as it was sent, null where it cannot be understood), berkolom (there is a column
    for evidence) and sebutan, the indicator in words; ``parameter_teks`` is what was sent.
    """
    wordings = {
        nomor: [(number, fold(text)) for number, text in zip((1, 2, 3), texts, strict=True) if text]
        for nomor, *texts in weights.select("nomor", *WORDINGS).iter_rows()
    }
    with_column = cells.filter(kolom="bukti").select("rekaman").collect()["rekaman"]
    sent = pl.col("dipahami").fill_null(0)
    named = weights.with_columns(sebutan=pl.format("{} ({})", "nomor", "indikator"))
    return (
        _answered(rows, ["ke", "parameter"], "dipahami", pl.Int64, partial(_parameter, wordings))
        .rename({"parameter": "parameter_teks"})
        .drop("nomor", "indikator")
        .join(named.drop(WORDINGS), left_on="ke", right_on="nomor", how="left", maintain_order="left")
        .with_columns(berkolom=pl.col("rekaman").is_in(with_column.implode()), nomor=pl.col("ke"))
        .with_columns(parameter=pl.when(pl.col("bukti").is_null() & pl.col("berkolom")).then(0).otherwise(sent))
        .with_columns(skor=pl.col("bobot") * pl.col("parameter"))
    )


def _about_parameters(sent: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What there is to say of parameters."""
    yield _found("parameter_tidak_dipahami", sent.filter(UNCLEAR), "parameter", pl.col("parameter_teks"))
    yield _found("bukti_tanpa_parameter", sent.filter(ABSENT), "parameter", NOTHING, pl.col("sebutan"))
    named = pl.col("dipahami").cast(pl.String)
    yield _found("indikator_tanpa_bukti", sent.filter(UNPROVEN), "bukti", named, pl.col("sebutan"))


def _about_evidence(sent: pl.DataFrame, claims: set[str]) -> Iterator[pl.DataFrame]:
    """What there is to say of evidence: no column for it, only claimed, a link that is none."""
    proven, bukti = pl.col("parameter") > 0, pl.col("bukti")
    without = sent.filter(proven & ~pl.col("berkolom")).unique("tabel", keep="first", maintain_order=True)
    yield raw(without.select("rekaman", "berkas", "lembar", kode=pl.lit("kolom_bukti_tidak_ada")))
    letters = bukti.str.to_lowercase().str.replace_all(r"[\W_]+", "")
    like_claims = pl.DataFrame({"bukti": sorted(claims)}, schema={"bukti": pl.String}).select(letters)["bukti"]
    texts = sent.filter(proven & pl.col("berkolom") & ~bukti.str.starts_with("http")).select(bukti.unique())
    likely = texts.filter(letters.is_in(like_claims.implode()))["bukti"]
    claimed = bukti.is_in([text for text in likely if claims.intersection(_forms(text))]) & proven
    yield _found("bukti_tidak_disebut", sent.filter(claimed), "bukti", bukti, pl.col("sebutan"))
    broken = bukti.str.contains(LIKE_A_LINK) & ~bukti.str.contains(LINK)
    others = ~claimed & (pl.col("berkolom") | ~proven)
    yield _found("bukan_tautan", sent.filter(others & broken), "bukti", bukti)


def _found(kode: str, rows: pl.DataFrame, kolom: str, nilai: pl.Expr, rincian: pl.Expr = NOTHING) -> pl.DataFrame:
    """Raw findings at the rows, to be placed at the cell of ``kolom``."""
    about = {"kode": pl.lit(kode), "kolom": pl.lit(kolom), "nilai": nilai, "rincian": rincian}
    return raw(rows.select("rekaman", "berkas", "lembar", "baris", "sel", **about))


def _placed(found: pl.DataFrame, cells: pl.LazyFrame) -> pl.DataFrame:
    """Each at the cell of its column, where the record has one."""
    if found.is_empty():
        return found
    spoken = pl.col("rekaman").is_in(found["rekaman"].unique().implode())
    places = cells.filter(spoken).select("rekaman", "kolom", "baris", "sel").collect()
    own = places.unique(["rekaman", "kolom"], keep="first")
    joined = found.join(own, on=["rekaman", "kolom"], how="left", maintain_order="left", suffix="_sel")
    return joined.with_columns(baris=pl.coalesce("baris_sel", "baris"), sel=pl.coalesce("sel_sel", "sel")).select(
        found.columns
    )


def _room(prepared: pl.DataFrame, cells: pl.LazyFrame) -> pl.DataFrame:
    """Where parameters can be filled in: of each innovation and indicator the first prepared row of the last file."""
    rows = prepared.sort(LATER).select(
        "id_inovasi", "rekaman", "berkas", "lembar", "baris", "sel", nomor="ke", kolom=pl.lit("parameter")
    )
    last = rows.filter(pl.col("berkas") == pl.col("berkas").last().over(KEY)).unique(
        KEY, keep="first", maintain_order=True
    )
    placed = _placed(last, cells).select(*KEY, "rekaman", "berkas", "lembar", "baris", "sel")
    return placed.cast({"id_inovasi": pl.String})


def _forms(text: str) -> tuple[str, str]:
    """A text as written, without case, and without signs."""
    return clean(text).casefold(), fold(text)


def maturity(inovasi: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """``inovasi`` with kematangan of those whose indicators were sent; a ready-made figure stays where none were."""
    joined = inovasi.join(totals, on="id_inovasi", how="left", maintain_order="left")
    return shape("inovasi", joined.with_columns(kematangan=pl.coalesce("terhitung", "kematangan")))


class _Owners:
    """Which innovation a row of indicators belongs to: by name in the same file, by its number there, or the only one."""

    def __init__(self, identity: pl.DataFrame) -> None:
        self._by_name: dict[str, dict[str, str]] = {}
        self._by_number: dict[tuple[str, str], str] = {}
        self._by_sheet: dict[tuple[str, str], set[str]] = {}
        self._by_file: dict[str, set[str]] = {}
        for berkas, lembar, id_inovasi, name, number in identity.select(
            "berkas", "lembar", "id_inovasi", "nama", "no"
        ).iter_rows():
            if name:
                self._by_name.setdefault(berkas, {})[fold(name)] = id_inovasi
            if number:
                self._by_number[berkas, number] = id_inovasi
            self._by_sheet.setdefault((berkas, lembar), set()).add(id_inovasi)
            self._by_file.setdefault(berkas, set()).add(id_inovasi)

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


def _indicator_number(vocabulary: Vocabulary, nomor: str | None, name: str | None) -> int | None:
    for text in (nomor, name):
        if text and (match := _LEADING_NUMBER.match(text)) and 16 <= int(match[1]) <= 36:
            return int(match[1])
    return next(
        (vocabulary.indicators[fold(text)] for text in (name, nomor) if text and fold(text) in vocabulary.indicators),
        None,
    )


def _parameter(wordings: Mapping[int, list[tuple[int, str]]], nomor: int, text: str | None) -> int | None:
    """The parameter a text names: its number, or the wording of what it stands for; 0 where nothing stands."""
    if text is None:
        return 0
    for number, wording in reversed(wordings[nomor]):
        if wording == fold(text):
            return number
    match = _PARAMETER.match(text)
    return int(match[1]) if match else None
