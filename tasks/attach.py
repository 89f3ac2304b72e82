"""Commitments and monitoring returns -> the innovations they speak of, by unit and name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from schemas.tables import PERIODE, empty, shape
from tasks.findings import a1, raw
from tasks.match import LIKELY, SURE, Name, OwnName, compare, likeness, take_apart
from tasks.parse import beside
from tasks.reference import Reference
from tasks.text import clean, fold
from tasks.values import DateParser

NUMBER_IN_TITLE = re.compile(r"\b(?:nomor|no)\b\.?\s*:?\s*(\S+/\S+)", re.IGNORECASE)
DATE_IN_TITLE = re.compile(r"\d{1,2}\s+[A-Za-z]+\s+(?:19|20)\d\d|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d")
_TITLE_YEAR = re.compile(r"\btahun(?:\s+anggaran)?\s+(20\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(20\d\d)(?![0-9])")  # "monev_TW4_2023"
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "pertama": 1,
    "kedua": 2,
    "ketiga": 3,
    "keempat": 4,
}
_QUARTERS = {("januari", "maret"): 1, ("april", "juni"): 2, ("juli", "september"): 3, ("oktober", "desember"): 4}


@dataclass(frozen=True)
class Innovations:
    """The accepted innovations of each unit under all names they were sent with.

    ``names`` has kode_unit, teks, id_inovasi; ``own`` the name of each unit (``own_names``).
    """

    names: pl.DataFrame
    own: Mapping[str, OwnName]

    @cached_property
    def _by_unit(self) -> dict[str, list[tuple[Name, str]]]:
        found: dict[str, list[tuple[Name, str]]] = {}
        distinct = self.names.select("kode_unit", "teks", "id_inovasi").unique(maintain_order=True)
        for kode, text, id_inovasi in distinct.iter_rows():
            found.setdefault(kode, []).append((take_apart(text, self.own.get(kode)), id_inovasi))
        return found

    def find(self, kode: str | None, text: str) -> tuple[str | None, str | None]:
        """The innovation of a unit that a name means, and whether that is sure or likely."""
        name = take_apart(text, self.own.get(kode or ""))
        verdicts = [(compare(name, other), other.text, found) for other, found in self._by_unit.get(kode or "", [])]
        for wanted in (SURE, LIKELY):
            found = {id_inovasi for verdict, _, id_inovasi in verdicts if verdict == wanted}
            if len(found) == 1:
                return found.pop(), wanted
            if found:
                best = max((v for v in verdicts if v[0] == wanted), key=lambda v: likeness(v[1], text))
                return best[2], LIKELY
        return None, None


@dataclass(frozen=True)
class Attached:
    """A table of commitments or returns, raw findings about its rows, and which of its records were refused."""

    table: pl.DataFrame
    findings: pl.DataFrame


def _wide(records: pl.DataFrame, typed: pl.DataFrame, columns: dict[str, str]) -> Iterator[dict[str, object]]:
    """The records as rows, each of ``columns`` from its typed column; the cell of the name beside them."""
    held = typed.lazy().filter(~pl.col("kosong") & ~pl.col("gagal"))
    return beside(records, held, columns).iter_rows(named=True)


def commitments(
    records: pl.DataFrame, typed: pl.DataFrame, contexts: pl.DataFrame, innovations: Innovations, reference: Reference
) -> Attached:
    """The table ``komitmen``: each line with the innovation it promises, number and date from its title where no cell has them.

    ``records`` has rekaman, tabel, berkas, lembar, baris, sel, kode_unit, in the order of submission, ``typed`` their cells;
    ``contexts`` the texts above the tables.
    """
    titles = _titles(contexts, records)
    dates = DateParser(reference.kosakata)
    rows: list[dict[str, object]] = []
    findings: list[dict[str, object]] = []
    columns = {
        "nama_inovasi": "teks",
        "nomor": "teks",
        "tanggal": "tanggal",
        "penanda_tangan": "teks",
        "jabatan": "teks",
    }
    for row in _wide(records, typed, columns):
        name = row["nama_inovasi"]
        if not isinstance(name, str):
            findings.append(_at(row, "nama_kosong", "nama_inovasi", None))
            continue
        title = titles.get(row["tabel"], "")
        id_inovasi, verdict = innovations.find(row["kode_unit"], name)  # type: ignore[arg-type]
        findings += _about_match(row, name, id_inovasi, verdict, "komitmen_tanpa_inovasi")
        number, date = NUMBER_IN_TITLE.search(title), DATE_IN_TITLE.search(title)
        rows.append({
            **{key: row[key] for key in ("kode_unit", "penanda_tangan", "jabatan", "berkas", "lembar", "baris", "sel")},
            "id_inovasi": id_inovasi, "nama_inovasi": name,
            "nomor": row["nomor"] or (number[1].rstrip(".,;") if number else None),
            "tanggal": row["tanggal"] or (dates(date[0]).value if date else None),
        })  # fmt: skip
    return Attached(_placed("komitmen", rows, ["kode_unit", "nama_inovasi"]), raw(findings))


def returns(
    records: pl.DataFrame,
    typed: pl.DataFrame,
    contexts: pl.DataFrame,
    innovations: Innovations,
    reference: Reference,
    tahun: int,
) -> Attached:
    """The table ``monev``: each return with its innovation and period; the period from its cell, the title, the sheet or the file.

    Of two returns for one innovation and period the later counts.
    """
    titles = _titles(contexts, records)
    periods = Periods(reference, tahun)
    rows: list[dict[str, object]] = []
    findings: list[dict[str, object]] = []
    columns = {
        "nama_inovasi": "teks", "periode": "teks", "progres": "teks", "penerima_manfaat": "angka", "kendala": "teks",
        "tindak_lanjut": "teks", "bukti": "teks",
    }  # fmt: skip
    cells = typed.join(records, on="rekaman", how="semi").select("rekaman", "kolom", "baris", "sel")
    places = {(rekaman, kolom): (baris, sel) for rekaman, kolom, baris, sel in cells.iter_rows()}

    def at(row: dict[str, object], kode: str, kolom: str) -> dict[str, object]:
        """A finding at the cell of a column, where the table has it."""
        baris, sel = places.get((row["rekaman"], kolom), (row["baris"], row["sel"]))
        return _at(row | {"baris": baris, "sel": sel}, kode, kolom, str(row[kolom] or ""))

    for row in _wide(records, typed, columns):
        name = row["nama_inovasi"]
        if not isinstance(name, str):
            findings.append(at(row, "nama_kosong", "nama_inovasi"))
            continue
        id_inovasi, verdict = innovations.find(row["kode_unit"], name)  # type: ignore[arg-type]
        findings += _about_match(row, name, id_inovasi, verdict, "monev_tanpa_inovasi")
        around = (titles.get(row["tabel"], ""), str(row["lembar"]), str(row["berkas"]))
        periode = periods.find(str(row["periode"] or ""), around)
        if periode is None:
            findings.append(at(row, "periode_tidak_disebut", "periode"))
        if row["progres"] is None and (row["rekaman"], "progres") in places:
            findings.append(at(row, "nilai_kosong", "progres"))
        if id_inovasi is None or periode is None:
            continue
        people = row["penerima_manfaat"]
        rows.append({
            **{key: row[key] for key in ("progres", "kendala", "tindak_lanjut", "bukti", "berkas", "lembar", "baris", "sel")},
            "id_inovasi": id_inovasi, "periode": periode,
            "penerima_manfaat": round(people) if isinstance(people, float) and people >= 0 else None,
        })  # fmt: skip
    return Attached(_placed("monev", rows, ["id_inovasi", "periode"]), raw(findings))


def _titles(contexts: pl.DataFrame, records: pl.DataFrame) -> dict[object, str]:
    """The texts above each table of records as one line."""
    lines = (
        contexts.filter((pl.col("sumber") != "tanda_tangan") & pl.col("tabel").is_in(records["tabel"].implode()))
        .group_by("tabel", maintain_order=True)
        .agg(pl.col("teks").str.join(" | "))
    )
    return dict(lines.iter_rows())


def _at(row: dict[str, object], kode: str, kolom: str, nilai: str | None, rincian: str = "") -> dict[str, object]:
    places = {key: row[key] for key in ("rekaman", "berkas", "lembar", "baris", "sel", "kode_unit")}
    return places | {"kode": kode, "kolom": kolom, "nilai": nilai, "rincian": rincian}


def _about_match(
    row: dict[str, object], name: str, id_inovasi: str | None, verdict: str | None, absent: str
) -> list[dict[str, object]]:
    if id_inovasi is None:
        return [_at(row, absent, "nama_inovasi", name)]
    return [_at(row, "nama_ditebak", "nama_inovasi", name, id_inovasi)] if verdict == LIKELY else []


def _placed(table: str, rows: list[dict[str, object]], key: list[str]) -> pl.DataFrame:
    """Rows as the published table: the last of each key, its cell as an address."""
    if not rows:
        return empty(table)
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(sel=a1(pl.col("baris"), pl.col("sel")))
    folded = frame.with_columns(
        _kunci=pl.concat_str([pl.col(name).fill_null("").str.to_lowercase() for name in key], separator="|")
    )
    latest = folded.unique("_kunci", keep="last", maintain_order=True)
    return shape(table, latest.sort(*key, nulls_last=True))


class Periods:
    """Reads the period of a monitoring return: "TW II 2024" is 2024-TW2, "Semester I" of a title that says 2024 is 2024-S1."""

    def __init__(self, reference: Reference, tahun: int) -> None:
        words = reference.kosakata
        self._kinds = sorted(
            ((fold(word), kind) for kind, spellings in words.periode.items() for word in spellings),
            key=lambda x: -len(x[0]),
        )
        self._months = {fold(name): number for number, names in words.bulan.items() for name in names}
        self._tahun = tahun

    def find(self, cell: str, around: Iterable[str]) -> str | None:
        """The period of a return from its cell, else from the texts around it in the order of trust."""
        texts = [clean(text) for text in around]
        year = next((match[1] for text in (cell, *texts) if (match := _YEAR.search(text))), str(self._tahun))
        own = self._read(cell, year, bare=True)
        found = (self._read(text, (_YEAR.search(text) or [None, year])[1] or year, bare=False) for text in texts)
        said = next((match[1] for text in texts if (match := _TITLE_YEAR.search(text))), None)
        periode = own or next((period for period in found if period), None) or said
        return periode if periode and re.match(PERIODE, periode) else None

    def _read(self, text: str, year: str, *, bare: bool) -> str | None:
        folded = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", fold(text))
        if re.fullmatch(PERIODE, text.strip().upper()):
            return text.strip().upper()
        words = folded.split()
        for kind_word, kind in self._kinds:
            match = re.search(rf"\b{re.escape(kind_word)}\s+(?:ke\s+)?(\w+)\b", folded)
            if match and match[1] in _ROMAN:
                number = _ROMAN[match[1]]
                return f"{year}-TW{number}" if kind == "triwulan" else f"{year}-S{number}" if number <= 2 else None
        months = [word for word in words if word in self._months]
        spans = tuple(self._months[word] for word in months)
        if len(spans) >= 2:
            quarter = next(
                (q for (a, b), q in _QUARTERS.items() if (self._months[a], self._months[b]) == (spans[0], spans[-1])),
                None,
            )
            half = {(1, 6): 1, (7, 12): 2}.get((spans[0], spans[-1]))
            return f"{year}-TW{quarter}" if quarter else f"{year}-S{half}" if half else None
        if len(spans) == 1 and (bare or "bulan" in words):
            return f"{year}-{spans[0]:02d}"
        if bare and len(words) == 1 and words[0] in _ROMAN:
            return f"{year}-TW{_ROMAN[words[0]]}"
        return year if bare and re.fullmatch(r"(?:tahun\s+)?20\d\d", folded) else None


def alignment(inovasi: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """The table ``keselarasan``: each goal of the planning documents with the innovations that name it."""
    rows: list[dict[str, object]] = []
    for goal in reference.perencanaan.iter_rows(named=True):
        spellings = {fold(text) for text in (goal["uraian"], goal["kode"], *(goal["sinonim"] or "").split("|")) if text}
        base = {key: goal[key] for key in ("jenis", "kode", "uraian", "keyakinan")}
        named = inovasi.select("id_inovasi", goal["jenis"]).drop_nulls()
        support = [id_inovasi for id_inovasi, text in named.iter_rows() if _names_goal(text, spellings)]
        rows += [base | {"id_inovasi": id_inovasi} for id_inovasi in support] or [base | {"id_inovasi": None}]
    if not rows:
        return empty("keselarasan")
    return shape("keselarasan", pl.DataFrame(rows, infer_schema_length=None))


def _names_goal(text: str, spellings: set[str]) -> bool:
    """Whether a text is one of a goal's spellings, or has one of its longer spellings in it as whole words."""
    folded = fold(text)
    return folded in spellings or any(len(spelling) >= 6 and f" {spelling} " in f" {folded} " for spelling in spellings)
