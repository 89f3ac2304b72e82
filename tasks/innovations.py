"""Which innovation a record is of: names of a unit matched with one another, with what people decided, and with earlier runs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import polars as pl

from tasks.match import SURE, Groups, Name, OwnName, abbreviates, compare, likeness, pairs, take_apart
from tasks.reference import Reference
from tasks.text import clean, fold, without_numbering

SLUG_LENGTH = 48
LEDGER = "identitas.parquet"
LEDGER_SCHEMA = {
    "tahun": pl.Int64, "kode_unit": pl.String, "kunci": pl.String, "id_inovasi": pl.String, "teks": pl.String,
}  # fmt: skip
CORRECTED = 92  # likeness (0-100) from which a name that likely is an earlier one, which nobody sends any more, is it


@dataclass
class Identified:
    """Which innovation each name of a unit is, what should be reviewed, and which decisions matched nothing."""

    names: pl.DataFrame  # kode_unit, kunci, id_inovasi
    reviews: list[tuple[str, str, str]] = field(default_factory=list)  # unit and two folded names that may be the same
    used: set[tuple[str, str, str]] = field(default_factory=set)  # decisions that matched: unit and folded names


def identify_innovations(
    records: pl.DataFrame,
    decisions: pl.DataFrame,
    ledger: pl.DataFrame,
    tahun: int,
    own: Mapping[str, OwnName],
    given: set[str],
) -> Identified:
    """The innovation of each name.

    ``records`` has kode_unit, kunci (folded name), teks (the name), diterima, in the order of submission; ``decisions`` are
    the rows sama and beda of keputusan; ``ledger`` has the columns of ``LEDGER_SCHEMA``; ``own`` the name of each unit
    (``own_names``); ``given`` the identifiers that are in use, to which new ones are added. An identifier is that of an
    earlier run if any of the names had one, else made of the first accepted name. Names of which no record was accepted have
    none.
    """
    distinct = records.group_by("kode_unit", "kunci", maintain_order=True).agg(
        pl.col("teks").first(), pl.col("diterima").any()
    )
    said = _decisions(decisions)
    of_year = ledger.filter(pl.col("tahun") == tahun)
    still = of_year.join(distinct, on=["kode_unit", "kunci"], how="semi")
    known = {
        (kode, kunci): found for kode, kunci, found in still.select("kode_unit", "kunci", "id_inovasi").iter_rows()
    }
    former = _former(of_year.join(still, on=["kode_unit", "id_inovasi"], how="anti", maintain_order="left"))
    result = Identified(pl.DataFrame())
    rows: list[tuple[str, str, str | None]] = []
    taken: set[str] = set()
    for (kode,), unit in distinct.partition_by("kode_unit", as_dict=True, maintain_order=True).items():
        keys, texts, accepted = unit["kunci"].to_list(), unit["teks"].to_list(), unit["diterima"].to_list()
        mine = own.get(str(kode))
        names = [take_apart(text, mine) for text in texts]
        groups = _group(str(kode), keys, names, said.get(str(kode), []), result)
        members: dict[int, list[int]] = {}
        for index in range(len(keys)):
            members.setdefault(groups.find(index), []).append(index)
        gone = [(take_apart(text, mine), found) for text, found in former.get(str(kode), ())]
        for group in members.values():
            first = next((index for index in group if accepted[index]), None)
            id_inovasi = None
            if first is not None:
                earlier = [known[kode, keys[index]] for index in group if (kode, keys[index]) in known]
                id_inovasi = next((found for found in earlier if found not in taken), None) if earlier else None
                if id_inovasi is None and gone:
                    free = [(name, found) for name, found in gone if found not in taken]
                    id_inovasi = _earlier([names[index] for index in group], free)
                if id_inovasi is None:
                    id_inovasi = _new_identifier(f"{tahun}-{kode}-{_slug(texts[first])}", given)
                    given.add(id_inovasi)
                taken.add(id_inovasi)
            rows += [(str(kode), keys[index], id_inovasi) for index in group]
    schema = {"kode_unit": pl.String, "kunci": pl.String, "id_inovasi": pl.String}
    result.names = pl.DataFrame(rows, schema=schema, orient="row")
    return result


def own_names(reference: Reference, units: pl.Series) -> dict[str, OwnName]:
    """The name of each unit in all spellings, as it may stand at the end of an innovation's."""
    words = reference.kosakata.jenis_unit
    kinds = {
        kind: "|".join(sorted(map(_spaced, spellings), key=len, reverse=True)) for kind, spellings in words.items()
    }
    region = fold(reference.daerah.nama)
    found: dict[str, OwnName] = {}
    for row in reference.unit.filter(pl.col("kode").is_in(units.implode())).iter_rows(named=True):
        kind = rf"(?:(?:{kinds[row['jenis']]})\W+)?" if row["jenis"] in kinds else ""
        spellings = [row["nama"], row["singkatan"], *(row["alias"] or "").split("|")]
        names = {re.sub(rf"^{kind}", "", text) for text in map(fold, filter(None, spellings))} - {""}
        named = "|".join(sorted(map(_spaced, names), key=len, reverse=True))
        behind = rf"(?:{kind}(?:{named})(?:\W+{_spaced(region)})?|{_spaced(region)})"
        endings = {text.split()[-1] for text in (*names, region)}
        pattern = rf"(?<=\w)[\W_]+(?:(?:di|pada|oleh|se)\W+)?{behind}[\W_]*$"
        found[row["kode"]] = OwnName(pattern, tuple(sorted(endings)))
    return found


def _spaced(text: str) -> str:
    return r"\W+".join(map(re.escape, fold(text).split()))


def _former(ledger: pl.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """By unit: names of earlier runs that nobody sends any more, with their innovations."""
    former: dict[str, list[tuple[str, str]]] = {}
    for kode, text, id_inovasi in ledger.select("kode_unit", pl.coalesce("teks", "kunci"), "id_inovasi").iter_rows():
        former.setdefault(kode, []).append((text, id_inovasi))
    return former


def _earlier(names: list[Name], gone: list[tuple[Name, str]]) -> str | None:
    """The only innovation of earlier runs, under names that nobody sends any more, that a new name is a correction of."""
    found = set()
    for name in names:
        for former, id_inovasi in gone:
            verdict = compare(name, former)
            if verdict == SURE or (verdict and likeness(name.text, former.text) >= CORRECTED):
                found.add(id_inovasi)
    return found.pop() if len(found) == 1 else None


def _decisions(decisions: pl.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """By unit: same or different, and two folded names."""
    said: dict[str, list[tuple[str, str, str]]] = {}
    for verdict, kode, left, right in decisions.select("keputusan", "kode_unit", "kiri", "kanan").iter_rows():
        if verdict in ("sama", "beda"):
            said.setdefault(kode, []).append((verdict, fold(left), fold(right)))
    return said


def _group(
    kode: str, keys: list[str], names: list[Name], said: list[tuple[str, str, str]], result: Identified
) -> Groups:
    """The names of a unit in groups of one innovation each."""
    position = {key: index for index, key in enumerate(keys)}
    together: list[tuple[int, int]] = []
    apart: set[tuple[int, int]] = set()
    for verdict, left, right in said:
        if left in position and right in position:
            result.used.add((kode, left, right))
            pair = (min(position[left], position[right]), max(position[left], position[right]))
            if verdict == "beda":
                apart.add(pair)
            else:
                together.append(pair)
    groups = Groups(len(keys), apart)
    for a, b in together:
        groups.join(a, b)
    likely: list[tuple[int, int]] = []
    shorter: list[tuple[int, int]] = []  # a name of one form, and one of two forms that has it
    acronyms: list[tuple[int, int]] = []  # an acronym, and a phrase
    for a, b, verdict in sorted(pairs(names)):  # in whichever order words were met
        if verdict != SURE:
            likely.append((a, b))
        elif abbreviates(names[a], names[b]):
            acronyms.append((a, b) if len(names[a].short) < len(names[b].short) else (b, a))
        elif bool(names[a].long) != bool(names[b].long):
            shorter.append((b, a) if names[a].long else (a, b))
        else:
            groups.join(a, b)
    likely += _join_bridges(shorter, names, groups)
    likely += _join_bridges(acronyms, names, groups)
    seen: set[tuple[int, int]] = set()
    for a, b in likely:
        pair = (min(groups.find(a), groups.find(b)), max(groups.find(a), groups.find(b)))
        if pair[0] != pair[1] and pair not in seen and not groups.kept_apart(a, b):
            seen.add(pair)
            result.reviews.append((kode, keys[a], keys[b]))
    return groups


def _join_bridges(bridges: list[tuple[int, int]], names: list[Name], groups: Groups) -> list[tuple[int, int]]:
    """Joins names that say less, as an acronym or a short form, with those they stand for; returns the pairs that are open.

    A name that fits several innovations of the unit, or an acronym that a submission spelled out itself, is left to people.
    """
    group = [groups.find(index) for index in range(len(names))]
    spelled_out = {group[index] for index, name in enumerate(names) if name.long}
    meant: dict[int, set[int]] = {}
    for less, more in bridges:
        meant.setdefault(group[less], set()).add(group[more])
    clear = [
        len(meant[group[less]]) == 1 and (bool(names[more].long) or group[less] not in spelled_out)
        for less, more in bridges
    ]
    return [pair for pair, plain in zip(bridges, clear, strict=True) if not (plain and groups.join(*pair))]


def _new_identifier(base: str, given: set[str]) -> str:
    if base not in given:
        return base
    numbered = (f"{base}-{number}" for number in count(2))
    return next(name for name in numbered if name not in given)


def _slug(name: str) -> str:
    plain = without_numbering(clean(name))
    words = fold(plain.split("(")[0] or plain).encode("ascii", "ignore").decode().split()
    return "-".join(words)[:SLUG_LENGTH].strip("-") or "inovasi"


def read_ledger(state: Path) -> pl.DataFrame:
    """Identifiers that earlier runs gave: a row per name."""
    path = state / LEDGER
    if not path.exists():
        return pl.DataFrame(schema=LEDGER_SCHEMA)
    ledger = pl.read_parquet(path)
    return ledger if "teks" in ledger.columns else ledger.with_columns(teks=pl.lit(None, pl.String))


def remember_identities(names: pl.DataFrame, tahun: int, state: Path, into: Path) -> None:
    """Writes to ``into`` the ledger with the names of this run added, unless it has them all."""
    ledger = read_ledger(state)
    fresh = (
        names.filter(pl.col("id_inovasi").is_not_null())
        .with_columns(tahun=pl.lit(tahun, pl.Int64))
        .select(list(LEDGER_SCHEMA))
    )
    if fresh.join(ledger, on=list(LEDGER_SCHEMA), how="anti", nulls_equal=True).is_empty():
        return
    merged = pl.concat([fresh, ledger]).unique(["tahun", "kode_unit", "kunci"], keep="first", maintain_order=True)
    merged.sort("tahun", "kode_unit", "kunci").write_parquet(into / LEDGER)


def review_table(identified: Identified, texts: dict[tuple[str, str], str]) -> pl.DataFrame:
    """The pairs to review as rows of ``tinjauan``; ``texts`` gives the name as written by unit and folded name."""
    ids = {(kode, kunci): id_inovasi for kode, kunci, id_inovasi in identified.names.iter_rows()}
    rows = [
        {
            "kode_unit": kode, "kiri": ids[kode, left], "kanan": ids[kode, right], "nama_kiri": texts[kode, left],
            "nama_kanan": texts[kode, right], "kemiripan": likeness(texts[kode, left], texts[kode, right]),
        }
        for kode, left, right in identified.reviews if ids[kode, left] and ids[kode, right]
    ]  # fmt: skip
    schema = {
        "kode_unit": pl.String, "kiri": pl.String, "kanan": pl.String, "nama_kiri": pl.String, "nama_kanan": pl.String,
        "kemiripan": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema).sort("kode_unit", "kiri", "kanan")


def forms_of_names(inovasi: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """What innovations share with those of other units under one name: id_inovasi, kode_unit, bentuk.

    ``names`` gives every name an innovation was sent with (id_inovasi, teks): one unit writes the short form, another the long.
    """
    keyed = inovasi.select("id_inovasi", "kode_unit", teks="nama_inovasi")
    others = names.select("id_inovasi", "teks").join(keyed.drop("teks"), on="id_inovasi", maintain_order="left")
    written = pl.concat([keyed, others.select(keyed.columns)]).unique(maintain_order=True)
    rows = [
        (id_inovasi, kode, form) for id_inovasi, kode, text in written.iter_rows() for form in _forms(take_apart(text))
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("id_inovasi", "kode_unit", "bentuk"), pl.String), orient="row")


def shared_table(inovasi: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    """Innovations of several units under one name, as rows of ``bersama``; ``forms`` is ``forms_of_names``."""
    forms = forms.filter(pl.col("bentuk").is_duplicated())
    alike = inovasi.filter(pl.col("id_inovasi").is_in(forms["id_inovasi"].implode()))
    keyed = alike.select("id_inovasi", "kode_unit", "nama_inovasi").sort("id_inovasi")
    position = {id_inovasi: index for index, id_inovasi in enumerate(keyed["id_inovasi"])}
    groups = Groups(len(position), set())
    first: dict[str, int] = {}
    for id_inovasi, form in forms.select("id_inovasi", "bentuk").iter_rows():
        at = position[id_inovasi]
        if (other := first.setdefault(form, at)) != at:
            groups.join(other, at)
    keyed = keyed.with_columns(
        kelompok=pl.Series([groups.find(index) for index in range(len(position))], dtype=pl.Int64)
    )
    several = keyed.filter(pl.col("kode_unit").n_unique().over("kelompok") > 1)
    return several.with_columns(pl.col("nama_inovasi").sort().first().over("kelompok").alias("kelompok")).sort(
        "kelompok", "id_inovasi"
    )


def _forms(name: Name) -> Iterator[str]:
    """What a name shares with the names of other units: its short form, and its long form if it is one."""
    for words in (name.short, name.long if len(name.long) >= 3 else ()):
        if words:
            yield " ".join(("".join(words), *sorted(name.numbers)))
