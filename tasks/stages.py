"""The stages between inbox and report: each reads frames from the workspace, calls one or two modules, and saves frames.

Paths and small summaries cross from stage to stage, never frames; the flow and ``inovasi check`` both use these.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from schemas.tables import TABLES, shape
from tasks import outcome
from tasks.about import with_innovations
from tasks.attach import alignment
from tasks.collect import archived, collect, collect_files, remember
from tasks.crosscheck import copied
from tasks.durable import share
from tasks.findings import in_order, publishable, raw
from tasks.groups import merged_groups
from tasks.history import history
from tasks.identify import OWN, Units, identify_units, units_of_paths, units_of_tables
from tasks.index import index_row, projection, rules_table, standing
from tasks.innovations import remember_identities, shared_table
from tasks.merge import LONG
from tasks.parse import parse
from tasks.parts import KEY, Parts, publish_table
from tasks.plan import plan, usual_wishes
from tasks.publish import pending
from tasks.read.ahead import Ahead, Answers
from tasks.read.cluster import Cluster
from tasks.read.limits import Limits
from tasks.read.sheets import Sheets, add_part, read
from tasks.reference import Reference
from tasks.remembered import (
    CELLS,
    KEYS,
    SURROUNDINGS,
    Memory,
    Reading,
    Together,
    sidik,
    together,
    twins_together,
)
from tasks.remembered import FOLDER as REMEMBERED
from tasks.remote import is_address, local_path
from tasks.rewards import indicators_shown, rewards
from tasks.rowgroups import height
from tasks.scope import Scope, changed_files, widened
from tasks.sources import fetch
from tasks.standin import MARK, PUT_OFF, plain, put_off_others, remember_last_good, stand_ins
from tasks.standin import SCHEMA as STAND_IN
from tasks.steps import possible_steps, steps
from tasks.unchanged import last_run, leave, of_rows
from tasks.validate import validate
from tasks.vocabulary import Vocabulary, build_vocabulary
from tasks.workspace import Workspace

COUNTED = ("inovasi", "indikator", "komitmen", "monev", "keselarasan")  # tables that index, plans and rewards come of
# Of each of these the digest of its file, and that of what is counted of it.
HITUNGAN = dict.fromkeys(("tabel", "berkas", "sidik"), pl.String)
COMPUTED = ("indeks", "langkah", "rencana", "langkah_rencana", "penghargaan", "aturan")


def remember_stage(workspace: Workspace) -> None:
    """Writes the ledgers with what this run saw; they count once the run is published (``settle``)."""
    into = pending(workspace.state, workspace.run_id)
    into.mkdir(parents=True, exist_ok=True)
    berkas, states = workspace.load("berkas"), pl.read_parquet(workspace.table("berkas"))
    seen = berkas.filter(pl.col("kode").fill_null("") != PUT_OFF)
    remember(seen, workspace.state, into)
    remember_last_good(states, berkas, workspace.load("pengganti"), into)
    remember_identities(workspace.load("nama"), workspace.tahun, workspace.state, into)


@lru_cache(maxsize=2)
def vocabulary_of(reference: Reference, tahun: int) -> Vocabulary:
    """The vocabulary of a reference folder for a year."""
    return build_vocabulary(
        reference.judul_kolom.to_dicts(), reference.profil.to_dicts(), reference.pilihan.to_dicts(), reference.urusan.to_dicts(),
        reference.indicators(tahun).to_dicts(), reference.kosakata.model_dump(), [reference.daerah.ibu_kota],
    )  # fmt: skip


def units_of(reference: Reference) -> Units:
    """The register of units of a reference folder, of which nothing has been asked yet."""
    return _register_of(reference).anew()


@lru_cache(maxsize=2)
def _register_of(reference: Reference) -> Units:
    return Units(reference)


def read_ahead(
    ahead: Ahead, files: list[Path], state: Path, reference: Reference, tahun: int, limits: Limits, workers: int
) -> None:
    """Begins to read what a run will ask for, but what is remembered."""
    vocabulary = vocabulary_of(reference, tahun)
    memory = Memory.load(state / REMEMBERED, sidik(reference, vocabulary, limits))
    known = {sha256 for reading in memory.readings for sha256 in reading.lasting["sha256"]}
    ahead.begin(files, known, vocabulary, limits, workers)


def collect_stage(
    workspace: Workspace,
    reference: Reference,
    limits: Limits,
    inbox: str | Path,
    seconds: float = 60,
    unit: str | None = None,
) -> int:
    """Lists, hashes and archives the inbox, a folder or an address; returns the number of files.

    ``seconds`` is how long another machine may take to answer; ``unit`` the only one whose new files are to be read.
    """
    zone = ZoneInfo(reference.daerah.zona_waktu)
    if is_address(str(inbox)):
        here = fetch(str(inbox), workspace.state, limits, seconds)
        berkas = collect_files(here.files, here.root, workspace.state, workspace.run_id, zone, limits, here.refused)
    else:
        berkas = collect(local_path(str(inbox)), workspace.state, workspace.run_id, zone, limits)
    if unit:
        of_path = units_of_paths(berkas["berkas"].to_list(), units_of(reference))
        berkas = put_off_others(berkas, of_path, unit, workspace.run_id, workspace.state)
    workspace.save("berkas", berkas)
    return berkas.height


def collect_files_stage(workspace: Workspace, reference: Reference, limits: Limits, files: list[Path]) -> int:
    """The same for single files anywhere, each under the path it was named by."""
    named = [(str(path), path) for path in files]
    zone = ZoneInfo(reference.daerah.zona_waktu)
    berkas = collect_files(named, Path(files[0].absolute().anchor), workspace.state, workspace.run_id, zone, limits)
    workspace.save("berkas", berkas.unique("berkas", keep="first", maintain_order=True))
    return berkas.height


def read_stage(
    workspace: Workspace,
    reference: Reference,
    limits: Limits,
    workers: int,
    advance: Callable[[int], None] = lambda _: None,
    cluster: Cluster | None = None,
    ahead: Answers | None = None,
) -> int:
    """Reads, recognizes and parses the files, here or on a cluster, and what stands in for those that cannot be read.

    What an earlier run read is remembered, and what was read ``ahead`` is taken. Returns the number of records found.
    """
    berkas, vocabulary = workspace.load("berkas"), vocabulary_of(reference, workspace.tahun)
    digest, fresh = sidik(reference, vocabulary, limits), workspace.kerja / "baru"
    memory = Memory.load(workspace.state / REMEMBERED, digest)

    def read_these(new: pl.DataFrame, after: Sheets | None = None) -> None:
        named = new.select("berkas", "sha256").iter_rows()
        files = [(name, archived(workspace.state, sha256)) for name, sha256 in named]
        for part in read(files, vocabulary, limits, workers, advance, cluster, after, ahead):
            part.save(fresh)
            if not new.is_empty():  # a night in which nothing is new may need no cells at all
                _save_typed(part, fresh, reference, vocabulary)

    readable = ~pl.col("diabaikan") & ~pl.col("arsip") & pl.col("kode").is_null()
    wanted = twins_together(berkas.filter(readable).select("berkas", "sha256"))
    new = memory.unknown(wanted)
    advance(wanted.height - new.height)
    read_these(new)
    reading = together(wanted, Reading.of(new, fresh, SURROUNDINGS), memory)
    unread = berkas.filter(pl.col("kode").is_not_null() & ~pl.col("diabaikan"))["berkas"].to_list()
    lists = reading.frame("tabel").filter(pl.col("perihal") != "indikator")
    unread += reading.frame("buku").join(lists, on="berkas", how="anti")["berkas"].to_list()
    earlier = pl.DataFrame(schema=STAND_IN)
    if unread:
        earlier = stand_ins(
            berkas, lambda paths: units_of_paths(paths, units_of(reference)), set(unread), workspace.state
        )
    if not earlier.is_empty():
        also = twins_together(earlier.select("berkas", "sha256"))
        read_these(memory.unknown(also), Sheets.load(fresh))
        wanted, new = pl.concat([wanted, also]), pl.concat([new, memory.unknown(also)])
        reading = together(wanted, Reading.of(new, fresh, SURROUNDINGS), memory)
    workspace.save("pengganti", earlier)
    workspace.save("dibaca", wanted.with_columns(baru=pl.col("berkas").is_in(new["berkas"].implode())))
    (workspace.kerja / "sidik").write_text(digest, "utf-8")
    workspace.save("buku", reading.frame("buku"))
    return reading.first["rekaman"][-1]


def arrange_stage(workspace: Workspace, reference: Reference) -> int:
    """Puts together what was read now and what is remembered, and remembers all; returns the number of cells to work on.

    These are the cells of all files, or of those of the units of which something changed (``tasks.scope``).
    """
    wanted, fresh = workspace.load("dibaca"), workspace.kerja / "baru"
    new = wanted.filter("baru")
    if new.is_empty():
        _save_typed(Sheets.load(fresh), fresh, reference, vocabulary_of(reference, workspace.tahun))
    memory = Memory.load(workspace.state / REMEMBERED, (workspace.kerja / "sidik").read_text("utf-8"))
    read_now = Reading.of(new, fresh, KEYS)
    everything = whole = together(wanted, read_now, memory)
    if last := last_run(workspace):
        changed = changed_files(workspace.load("berkas"), new["berkas"], last.frame("berkas"))
        theirs = together(wanted.filter(pl.col("berkas").is_in(changed.implode())), read_now, memory)
        units = pl.concat([last.frame("unit_berkas").select("berkas", "kode_unit"), _units_of(theirs, reference)])
        scope = Scope(last, *widened(changed, units))
        scope.save(workspace)
        whole = together(scope.of(wanted), read_now, memory)
    for name in KEYS:
        place = workspace.kerja if name in CELLS else workspace.kerja / "baca"
        whole.write(name, place / f"{name}.parquet")
    memory.keep(everything)
    return sum(whole.first[name][-1] for name in CELLS[:2])


def _save_typed(part: Sheets, folder: Path, reference: Reference, vocabulary: Vocabulary) -> None:
    """Writes the typed cells of what was read, and what was found about them, as the next part of what is in ``folder``."""
    typed, findings = parse(part.sel, reference, vocabulary)
    of_indicators, more = parse(part.sel_indikator, reference, vocabulary)
    of_indicators = of_indicators.select("rekaman", "kolom", "teks", "kosong", "baris", "sel")
    for name, frame in zip(CELLS, (typed, of_indicators, pl.concat([findings, more])), strict=True):
        add_part(folder / f"{name}.parquet", part.file_by_file(frame))


def _units_of(reading: Together, reference: Reference) -> pl.DataFrame:
    """The units that a few files name: berkas, kode_unit."""
    records = reading.frame("rekaman").join(reading.frame("tabel").filter(pl.col("perihal") != "indikator"), on="tabel")
    identified, _ = _identified(
        records, reading.frame("isi").lazy(), reading.frame("tabel"), reading.frame("konteks"), units_of(reference)
    )
    return identified.select("berkas", "kode_unit").unique()


def _identified(
    records: pl.DataFrame, typed: pl.LazyFrame, tabel: pl.DataFrame, konteks: pl.DataFrame, units: Units
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records with their units, and findings about these."""
    named = (
        typed.filter(pl.col("kolom").is_in(OWN)).select("rekaman", "kolom", "nilai", "kosong", "baris", "sel").collect()
    )
    return identify_units(records, named.join(records, on="rekaman", how="semi"), tabel, konteks, units)


def identify_stage(workspace: Workspace, reference: Reference) -> int:
    """Finds the unit of each record and drops the records of duplicate files; returns the number of records left."""
    sheets = Sheets.load(workspace.kerja / "baca")
    berkas, earlier = workspace.load("berkas"), workspace.load("pengganti")
    columns = ("berkas", "sha256", "run_id", "waktu_berkas", "nomor_masuk")
    files = pl.concat([berkas.select(columns), earlier.select(columns)]).sort("waktu_berkas", "nomor_masuk", "berkas")
    of_table = sheets.tabel.select("tabel", "berkas", "perihal", "lembar").join(
        files.select("berkas", "sha256", "run_id").with_row_index("giliran_berkas"), on="berkas"
    )
    of_indicators = pl.col("perihal") == "indikator"
    records = sheets.rekaman.join(of_table.filter(~of_indicators), on="tabel")
    of_units, units = records.sort("rekaman"), units_of(reference)
    identified, findings = _identified(of_units, workspace.scan("isi"), sheets.tabel, sheets.konteks, units)
    scope = Scope.load(workspace)
    paths = (scope.of(berkas) if scope else berkas).select("berkas")
    of_path = units_of_paths(paths["berkas"].to_list(), units)
    by_path = paths.with_columns(pl.Series("unit_jalur", of_path, dtype=pl.String))
    bare = sheets.tabel.join(of_units, on="berkas", how="anti")
    by_table = units_of_tables(bare, sheets.konteks, units)
    by_earlier = earlier.unique("untuk", keep="first").select(berkas="untuk", unit_lalu="kode_unit")
    placed = berkas.drop("unit_jalur", strict=False)  # of an earlier attempt
    for known in (by_path, by_table, by_earlier):
        placed = placed.join(known, on="berkas", how="left", maintain_order="left")
    own = pl.when(pl.col("kode").fill_null("") != PUT_OFF).then(pl.coalesce("unit_tabel", "unit_jalur", "unit_lalu"))
    placed = placed.with_columns(unit_jalur=own).drop("unit_tabel", "unit_lalu")
    workspace.save("berkas", scope.known(placed, "berkas", "unit_jalur") if scope else placed)
    twins = outcome.duplicates(berkas, sheets.buku, identified)
    single = ~pl.col("berkas").is_in(twins["berkas"].implode())
    kept = identified.filter(single)
    of_table = of_table.filter(of_indicators & single).select("tabel", "giliran_berkas")
    indicators = sheets.rekaman.join(of_table, on="tabel")
    workspace.save("rekaman", kept)
    workspace.save("rekaman_indikator", indicators)
    workspace.save("kembar", twins)
    workspace.save("unit_kembar", identified.filter(~single).select("berkas", "kode_unit").unique(maintain_order=True))
    stale = [
        {"kode": "keputusan_usang", "berkas": "keputusan", "rincian": f"unit “{text}”"}
        for text in units.unused_decisions()
    ]
    workspace.save("temuan_identify", pl.concat([findings.join(twins, on="berkas", how="anti"), raw(stale)]))
    return kept.height + indicators.height


def validate_stage(workspace: Workspace, reference: Reference) -> int:
    """Checks the records and gathers the findings about them; returns their number."""
    sheets, inovasi = Sheets.load(workspace.kerja / "baca"), workspace.load("rekaman").filter(perihal="inovasi")
    twins = workspace.load("kembar")
    parsed = workspace.load("temuan_parse").drop("berkas", "lembar")
    spoken = sheets.rekaman.filter(pl.col("rekaman").is_in(parsed["rekaman"].unique().implode()))
    single = sheets.tabel.filter(~pl.col("berkas").is_in(twins["berkas"].implode()))
    placed = spoken.select("rekaman", "tabel").join(single.select("tabel", "berkas", "lembar"), on="tabel")
    parsed = parsed.join(placed.drop("tabel"), on="rekaman")
    checked = validate(inovasi, workspace.scan("isi"), sheets.tabel, reference, workspace.tahun)
    notes = sheets.catatan.join(twins, on="berkas", how="anti")
    berkas, scope = workspace.load("berkas"), Scope.load(workspace)
    berkas = scope.of(berkas) if scope else berkas
    files = outcome.file_findings(berkas, sheets.buku, sheets.tabel, sheets.rekaman)
    zone = ZoneInfo(reference.daerah.zona_waktu)
    kept = outcome.kept_findings(workspace.load("pengganti"), zone)
    findings = pl.concat([raw(parsed), checked, workspace.load("temuan_identify"), raw(notes), files, kept])
    workspace.save("temuan", findings)
    return findings.height


def merge_stage(
    workspace: Workspace, reference: Reference, wanted: Collection[str] = frozenset(TABLES)
) -> dict[str, int]:
    """Merges what was accepted and writes the published tables, those ``wanted``; returns their numbers of rows.

    Units are merged some at a time, so that memory does not grow with their number.
    """
    berkas, findings, scope = workspace.load("berkas"), workspace.load("temuan"), Scope.load(workspace)
    vocabulary = vocabulary_of(reference, workspace.tahun)
    if scope:  # decisions about other units are none of these units' concern
        theirs = reference.keputusan.filter(pl.col("kode_unit").is_in(scope.units.implode()))
        reference = replace(reference, keputusan=theirs)
    layouts = workspace.load("buku").select("berkas", "tata_letak")
    records = workspace.load("rekaman").join(layouts, on="berkas", how="left", maintain_order="left")
    records = _accepted(records, findings, reference)
    (workspace.terbit / "data").mkdir(parents=True, exist_ok=True)
    tables = {name: Parts(name, workspace) for name in KEY if name in wanted}
    seen: dict[str, list[pl.DataFrame]] = {}
    for group in merged_groups(workspace, records, reference, vocabulary):
        for name, table in tables.items():
            table.add(group.tables[name])
        for name, frame in group.frames.items():
            seen.setdefault(name, []).append(frame)
        del group  # before the next one is made
    rows_of = {name: table.publish(scope) for name, table in tables.items()}
    whole = {name: pl.concat(frames) for name, frames in seen.items()}
    workspace.save("nama", whole["nama"])
    everything = pl.concat([findings, whole["temuan"]])
    rows = _accepted(
        records.join(whole["identitas"], on="rekaman", how="left", maintain_order="left"), everything, reference
    ).with_columns(pl.col("diganti").fill_null(False))
    found = _with_units(everything, rows, berkas)
    frames = {
        "bentuk": whole["bentuk"],
        "rancangan": whole["rancangan"],
        "baris": outcome.rows_of_files(rows),
        "unit_berkas": outcome.units_of_files(rows, workspace.load("unit_kembar")),
        "kembar": workspace.load("kembar"),
    }
    inovasi = whole["inovasi"].sort("id_inovasi")
    if scope:
        frames = {name: pl.concat([scope.rest(name), frame]) for name, frame in frames.items()}
        others = scope.rest_of_table("inovasi").select(inovasi.columns)
        inovasi = others.merge_sorted(inovasi.lazy(), key="id_inovasi").collect()
    return rows_of | _across_units(workspace, reference, inovasi, found, frames, wanted, scope)


def _across_units(
    workspace: Workspace,
    reference: Reference,
    inovasi: pl.DataFrame,
    findings: pl.DataFrame,
    frames: dict[str, pl.DataFrame],
    wanted: Collection[str],
    scope: Scope | None,
) -> dict[str, int]:
    """Writes the tables that speak of all units, and leaves the ``frames`` they are made of for the next run.

    ``findings`` are those of this run, raw; of what is not in its ``scope`` those of the last one count.
    """
    berkas = workspace.load("berkas")
    shared = shape("bersama", shared_table(inovasi, frames["bentuk"]))
    findings = pl.concat([findings, copied(frames["rancangan"], shared).drop("rekaman")])
    temuan = publishable(findings, reference)
    temuan = plain(temuan) if workspace.stood_in else temuan
    if "asal" in wanted:
        temuan = with_innovations(temuan, pl.scan_parquet(workspace.table("asal")))
    temuan = shape("temuan", temuan)
    if scope:
        temuan = in_order(pl.concat([scope.rest_of_findings(), temuan]))
    buku = workspace.load("buku")
    states = outcome.file_states(berkas, buku, frames["baris"], frames["kembar"], temuan, reference)
    tables = {
        "daftar_indikator": reference.indicators(workspace.tahun).sort("nomor"),
        "peta": reference.peta,
        "bersama": shared,
        "keselarasan": alignment(inovasi, reference),
        "temuan": temuan,
        "berkas": states,
        "unit": outcome.unit_states(
            reference, states, inovasi, temuan, frames["unit_berkas"], workspace.load("pengganti")
        ),
        "katalog": outcome.catalogue_counts(reference, temuan),
    }
    leave(workspace, frames | {"berkas": berkas})
    return {name: publish_table(workspace, name, frame) for name, frame in tables.items() if name in wanted}


def index_stage(workspace: Workspace, reference: Reference, waktu: str) -> int:
    """Computes the index, what would raise it, rewards and history; ``waktu`` is when the run began. Returns the steps.

    Where the tables it is computed of say what they said at the last run, all but the history is taken from there.
    """
    tables = {name: pl.scan_parquet(workspace.table(name)) for name in COUNTED}
    tables["inovasi"] = tables["inovasi"].drop(LONG)  # counted nowhere
    shown = pl.when(pl.col("nomor").is_in(indicators_shown(reference))).then("bukti")
    tables["indikator"] = tables["indikator"].select("id_inovasi", "nomor", "parameter", bukti=shown)
    last, read = last_run(workspace), cache(lambda name: tables[name].collect())
    then = last.frame("hitungan") if last else pl.DataFrame(schema=HITUNGAN)
    said = pl.DataFrame(_said(workspace, read, then), schema=HITUNGAN, orient="row")
    leave(workspace, {"hitungan": said})
    if last and said["sidik"].equals(then["sidik"]):
        for name in COMPUTED:
            share(last.path(name), workspace.table(name))
    else:
        for name, frame in _computed(workspace, reference, {name: read(name) for name in COUNTED}).items():
            publish_table(workspace, name, frame)
    sent = {name: pl.scan_parquet(workspace.table(name)) for name in ("inovasi", "sumber", "berkas")}
    now = pl.read_parquet(workspace.table("indeks")).row(0, named=True)
    before = workspace.state.parent / "latest" / "data" / "sejarah.parquet"
    publish_table(workspace, "sejarah", history(now, workspace.run_id, waktu, sent, reference, before))
    return height(workspace.table("langkah"))


def _said(
    workspace: Workspace, read: Callable[[str], pl.DataFrame], then: pl.DataFrame
) -> Iterator[tuple[str, str, str]]:
    """What the tables ``COUNTED`` say, as rows of ``HITUNGAN``: one of the bytes it had ``then`` says the same, and is not read."""
    known = {(name, digest): sidik for name, digest, sidik in then.iter_rows()}
    for name in COUNTED:
        digest = hashlib.sha256(workspace.table(name).read_bytes()).hexdigest()
        yield name, digest, known.get((name, digest)) or of_rows(read(name))


def _computed(workspace: Workspace, reference: Reference, tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables ``COMPUTED``."""
    identifiers = pl.col("id_inovasi").cast(pl.Enum(tables["inovasi"]["id_inovasi"]))  # millions of rows have one
    tables = {name: frame.with_columns(identifiers) for name, frame in tables.items()}
    inovasi, indikator = tables["inovasi"], tables["indikator"]
    ranked = rewards(tables, reference, workspace.tahun)
    now = standing(inovasi, indikator, reference, workspace.tahun)
    possible = possible_steps(now, indikator, tables["komitmen"], reference)
    langkah, number_of_steps = steps(now, possible, reference)
    rows = [index_row(now, reference, steps=(number_of_steps, langkah.height))]
    ahead = projection(now, inovasi, indikator, reference)
    rows += [index_row(ahead, reference, projected=True)] if ahead else []
    plans = plan(
        now, possible, reference, usual_wishes(now, reference), reference.indeks.rencana.detik,
        keyakinan=rows[0]["keyakinan"],
    )  # fmt: skip
    made = {
        "indeks": pl.DataFrame(rows, infer_schema_length=None),
        "langkah": langkah,
        "rencana": plans[0],
        "langkah_rencana": plans[1],
        "penghargaan": ranked,
        "aturan": pl.concat([rules_table(at, reference) for at in (now, ahead) if at]),
    }
    return {name: made[name] for name in COMPUTED}


def _accepted(records: pl.DataFrame, findings: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """The records with diterima: those of a known unit without a finding that keeps a row out."""
    severe = reference.temuan.filter(pl.col("tingkat") == "kesalahan")["kode"]
    refused = findings.filter(pl.col("kode").is_in(severe.implode()) & pl.col("rekaman").is_not_null())["rekaman"]
    known = pl.col("kode_unit").is_not_null() | (pl.col("perihal") == "indikator")
    return records.with_columns(diterima=~pl.col("rekaman").is_in(refused.implode()) & known)


def _with_units(findings: pl.DataFrame, inovasi: pl.DataFrame, berkas: pl.DataFrame) -> pl.DataFrame:
    """Raw findings, each with the unit of its record, else the only one of its file, else of the path."""
    of_record = inovasi.select("rekaman", pl.col("kode_unit").alias("unit_rekaman"))
    of_file = (
        inovasi.group_by("berkas").agg(pl.col("kode_unit").drop_nulls().unique().alias("unit"))
        .filter(pl.col("unit").list.len() == 1).select("berkas", pl.col("unit").list.first().alias("unit_berkas"))
    )  # fmt: skip
    without_rows = berkas.join(inovasi, on="berkas", how="anti").select("berkas", "unit_jalur")
    known = findings
    for frame, key in ((of_record, "rekaman"), (of_file, "berkas"), (without_rows, "berkas")):
        known = known.join(frame, on=key, how="left")
    unit = pl.coalesce("kode_unit", "unit_rekaman", "unit_berkas", "unit_jalur")
    told_before = pl.col("berkas").str.ends_with(MARK)  # of what stands in
    return raw(known.with_columns(kode_unit=unit).filter(~told_before)).drop("rekaman")
