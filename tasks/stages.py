"""The stages between inbox and report: each reads frames from the workspace, calls one or two modules, and saves frames.

Paths and small summaries cross from stage to stage, never frames; the flow and ``inovasi check`` both use these.
"""

import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from schemas.tables import TABLES, conform, empty, shape
from tasks import outcome
from tasks.attach import Innovations, alignment, commitments, returns
from tasks.collect import archived, collect, collect_files, remember
from tasks.crosscheck import crosscheck
from tasks.durable import share
from tasks.findings import publishable, raw
from tasks.history import history
from tasks.identify import Units, identify_units, units_of_paths, units_of_tables
from tasks.index import index_row, projection, rules_table, standing
from tasks.innovations import own_names, read_ledger, remember_identities
from tasks.match import forget
from tasks.merge import ORDER, merge
from tasks.parse import beside, parse, parse_value
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
    Reading,
    files_of_records,
    in_order,
    sidik,
    together,
    twins_together,
    unknown,
)
from tasks.remembered import FOLDER as REMEMBERED
from tasks.remote import is_address, local_path
from tasks.rewards import rewards
from tasks.score import REJECTED, maturity, score_indicators
from tasks.sources import fetch
from tasks.standin import MARK, PUT_OFF, plain, put_off_others, remember_last_good, stand_ins
from tasks.standin import SCHEMA as STAND_IN
from tasks.steps import possible_steps, steps
from tasks.validate import validate
from tasks.vocabulary import Vocabulary, build_vocabulary


@dataclass(frozen=True)
class Workspace:
    """Where a run keeps its intermediate frames, and the folder it will publish."""

    kerja: Path
    terbit: Path
    state: Path
    tahun: int
    run_id: str = "-"

    def save(self, name: str, frame: pl.DataFrame) -> None:
        """Keeps an intermediate frame."""
        self.kerja.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(self.kerja / f"{name}.parquet", compression="lz4")

    def load(self, name: str) -> pl.DataFrame:
        """An intermediate frame."""
        return pl.read_parquet(self.kerja / f"{name}.parquet")

    def scan(self, name: str) -> pl.LazyFrame:
        """An intermediate frame of which not all is wanted: those of cells are large."""
        return pl.scan_parquet(self.kerja / f"{name}.parquet")

    def table(self, name: str) -> Path:
        """Where a published table stands."""
        return self.terbit / "data" / f"{name}.parquet"


ROWS_TOGETHER = 20_000  # of a table made part by part: so many are in memory while the parts are put together


class Parts:
    """A published table that is made part by part: no more than one of them is in memory."""

    def __init__(self, name: str, workspace: Workspace) -> None:
        self.name, self._path, self._parts = name, workspace.table(name), workspace.kerja / f"{name}.bagian"
        shutil.rmtree(self._parts, ignore_errors=True)
        self._parts.mkdir(parents=True)
        self._rows: list[int] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Validates the next part, and writes it."""
        part = self._parts / f"{len(self._rows):05}.parquet"
        conform(self.name, plain(frame)).write_parquet(part, compression="zstd", row_group_size=ROWS_TOGETHER)
        self._rows.append(frame.height)

    def publish(self) -> int:
        """Puts the parts where the table stands, as one; returns its number of rows."""
        first, *others = sorted(self._parts.iterdir())
        if others:
            parts = pl.scan_parquet(self._parts, low_memory=True, parallel="none")
            parts.sink_parquet(self._path, compression="zstd", row_group_size=ROWS_TOGETHER)
        else:
            shutil.move(first, self._path)
        return sum(self._rows)


class Drafts:
    """The table ``inovasi`` part by part as it was merged, before maturity and status are known: its texts are long."""

    def __init__(self, workspace: Workspace) -> None:
        self._parts = workspace.kerja / "inovasi.rancangan"
        shutil.rmtree(self._parts, ignore_errors=True)
        self._parts.mkdir(parents=True)

    def add(self, frame: pl.DataFrame) -> None:
        """Writes the next part."""
        frame.write_ipc(self._parts / f"{len(list(self._parts.iterdir())):05}.arrow")

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for part in sorted(self._parts.iterdir()):
            yield pl.read_ipc(part)


def remember_stage(workspace: Workspace) -> None:
    """Writes the ledgers with what this run saw; they count once the run is published (``settle``)."""
    into = pending(workspace.state, workspace.run_id)
    into.mkdir(parents=True, exist_ok=True)
    berkas, states = workspace.load("berkas"), pl.read_parquet(workspace.table("berkas"))
    seen = berkas.filter(pl.col("kode").fill_null("") != PUT_OFF)
    remember(seen, workspace.state, into)
    remember_last_good(states, berkas, workspace.load("pengganti"), into)
    remember_identities(workspace.load("nama"), workspace.tahun, workspace.state, into)


def vocabulary_of(reference: Reference, tahun: int) -> Vocabulary:
    """The vocabulary of a reference folder for a year."""
    return build_vocabulary(
        reference.judul_kolom.to_dicts(), reference.profil.to_dicts(), reference.pilihan.to_dicts(), reference.urusan.to_dicts(),
        reference.indicators(tahun).to_dicts(), reference.kosakata.model_dump(), [reference.daerah.ibu_kota],
    )  # fmt: skip


def read_ahead(
    ahead: Ahead, files: list[Path], state: Path, reference: Reference, tahun: int, limits: Limits, workers: int
) -> None:
    """Begins to read what a run will ask for, but what is remembered."""
    vocabulary = vocabulary_of(reference, tahun)
    remembered = Reading.load(state / REMEMBERED, sidik(reference, vocabulary, limits))
    known = set(remembered.lasting["sha256"]) if remembered else set()
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
        of_path = units_of_paths(berkas["berkas"].to_list(), Units(reference))
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
    """Reads and recognizes the files, here or on a cluster, and what stands in for those that cannot be read.

    What an earlier run read is remembered, and what was read ``ahead`` is taken. Returns the number of records found.
    """
    berkas, vocabulary = workspace.load("berkas"), vocabulary_of(reference, workspace.tahun)
    digest, fresh = sidik(reference, vocabulary, limits), workspace.kerja / "baru"
    remembered = Reading.load(workspace.state / REMEMBERED, digest)

    def read_these(new: pl.DataFrame, after: Sheets | None = None) -> None:
        named = new.select("berkas", "sha256").iter_rows()
        files = [(name, archived(workspace.state, sha256)) for name, sha256 in named]
        for part in read(files, vocabulary, limits, workers, advance, cluster, after, ahead):
            part.save(fresh)

    readable = ~pl.col("diabaikan") & ~pl.col("arsip") & pl.col("kode").is_null()
    wanted = twins_together(berkas.filter(readable).select("berkas", "sha256"))
    new = unknown(wanted, remembered)
    advance(wanted.height - new.height)
    read_these(new)
    reading = together(wanted, Reading.of(new, fresh, SURROUNDINGS), remembered)
    unread = berkas.filter(pl.col("kode").is_not_null() & ~pl.col("diabaikan"))["berkas"].to_list()
    lists = reading.frame("tabel").filter(pl.col("perihal") != "indikator")
    unread += reading.frame("buku").join(lists, on="berkas", how="anti")["berkas"].to_list()
    earlier = pl.DataFrame(schema=STAND_IN)
    if unread:
        of_path = units_of_paths(berkas["berkas"].to_list(), Units(reference))
        earlier = stand_ins(berkas, of_path, set(unread), workspace.state)
    if not earlier.is_empty():
        also = twins_together(earlier.select("berkas", "sha256"))
        read_these(unknown(also, remembered), Sheets.load(fresh))
        wanted, new = pl.concat([wanted, also]), pl.concat([new, unknown(also, remembered)])
        reading = together(wanted, Reading.of(new, fresh, SURROUNDINGS), remembered)
    workspace.save("pengganti", earlier)
    workspace.save("dibaca", wanted.with_columns(baru=pl.col("berkas").is_in(new["berkas"].implode())))
    (workspace.kerja / "sidik").write_text(digest, "utf-8")
    for name in SURROUNDINGS:
        add_part(workspace.kerja / "baca" / f"{name}.parquet", reading.frame(name))
    return reading.first["rekaman"][-1]


def parse_stage(workspace: Workspace, reference: Reference) -> int:
    """Types the cells of what was read now, and remembers all for the next run; returns the number of cells."""
    wanted, place = workspace.load("dibaca"), workspace.state / REMEMBERED
    digest, files = (workspace.kerja / "sidik").read_text("utf-8"), wanted.select("berkas", "sha256")
    remembered = Reading.load(place, digest)
    if wanted["baru"].any() or remembered is None or not remembered.files.equals(files):
        fresh, new = workspace.kerja / "baru", wanted.filter("baru")
        sheets, vocabulary = Sheets.load(fresh), vocabulary_of(reference, workspace.tahun)
        of_record = files_of_records(new, sheets.tabel, sheets.rekaman)
        for sel, sel_indikator in Sheets.parts(fresh):
            typed, findings = parse(sel, reference, vocabulary)
            of_indicators, more = parse(sel_indikator, reference, vocabulary)
            of_indicators = of_indicators.select("rekaman", "kolom", "teks", "kosong", "baris", "sel")
            for name, frame in zip(CELLS, (typed, of_indicators, pl.concat([findings, more])), strict=True):
                add_part(fresh / f"{name}.parquet", in_order(frame, of_record))
        together(files, Reading.of(new, fresh, KEYS), remembered).save(place, digest)
    for name in CELLS:
        share(place / digest / f"{name}.parquet", workspace.kerja / f"{name}.parquet")
    return sum(
        pl.scan_parquet(workspace.kerja / f"{name}.parquet").select(pl.len()).collect().item() for name in CELLS[:2]
    )


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
    of_units = records.sort("rekaman")
    naming = pl.col("kolom").is_in(["unit", "kode_unit", "jabatan", "penanda_tangan", "bagian"])
    named = workspace.scan("isi").filter(naming).select("rekaman", "kolom", "nilai", "kosong", "baris", "sel").collect()
    cells = named.join(of_units, on="rekaman", how="semi")
    units = Units(reference)
    identified, findings = identify_units(of_units, cells, sheets.tabel, sheets.konteks, units)
    by_path = pl.Series("unit_jalur", units_of_paths(berkas["berkas"].to_list(), units), dtype=pl.String)
    bare = sheets.tabel.join(of_units, on="berkas", how="anti")
    by_table = units_of_tables(bare, sheets.konteks, units)
    by_earlier = earlier.unique("untuk", keep="first").select(berkas="untuk", unit_lalu="kode_unit")
    placed = berkas.with_columns(by_path)
    for known in (by_table, by_earlier):
        placed = placed.join(known, on="berkas", how="left", maintain_order="left")
    own = pl.when(pl.col("kode").fill_null("") != PUT_OFF).then(pl.coalesce("unit_tabel", "unit_jalur", "unit_lalu"))
    workspace.save("berkas", placed.with_columns(unit_jalur=own).drop("unit_tabel", "unit_lalu"))
    twins = outcome.duplicates(berkas, sheets.buku, identified)
    single = ~pl.col("berkas").is_in(twins["berkas"].implode())
    kept = identified.filter(single)
    of_table = of_table.filter(of_indicators & single).select("tabel", "giliran_berkas")
    indicators = sheets.rekaman.join(of_table, on="tabel")
    workspace.save("rekaman", kept)
    workspace.save("rekaman_indikator", indicators)
    workspace.save("kembar", twins)
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
    files = outcome.file_findings(workspace.load("berkas"), sheets.buku, sheets.tabel, sheets.rekaman)
    zone = ZoneInfo(reference.daerah.zona_waktu)
    kept = outcome.kept_findings(workspace.load("pengganti"), zone)
    findings = pl.concat([raw(parsed), checked, workspace.load("temuan_identify"), raw(notes), files, kept])
    workspace.save("temuan", findings)
    return findings.height


def merge_stage(
    workspace: Workspace, reference: Reference, wanted: Collection[str] = frozenset(TABLES)
) -> dict[str, int]:
    """Merges what was accepted and writes the published tables, those ``wanted``; returns their numbers of rows."""
    sheets, berkas = Sheets.load(workspace.kerja / "baca"), workspace.load("berkas")
    typed, findings = workspace.scan("isi"), workspace.load("temuan")
    vocabulary = vocabulary_of(reference, workspace.tahun)
    layouts = sheets.buku.select("berkas", "tata_letak")
    records = workspace.load("rekaman").join(layouts, on="berkas", how="left", maintain_order="left")
    records = _accepted(records, findings, reference)
    inovasi = records.filter(pl.col("perihal") == "inovasi")
    own, parse_one = own_names(reference, records["kode_unit"].unique()), partial(parse_value, reference, vocabulary)
    (workspace.terbit / "data").mkdir(parents=True, exist_ok=True)
    origin, drafts = Parts("asal", workspace), Drafts(workspace)

    def keep(part: pl.DataFrame, asal: pl.DataFrame) -> None:
        drafts.add(part)
        if origin.name in wanted:
            origin.add(asal)

    merged = merge(inovasi, typed, read_ledger(workspace.state), own, reference, parse_one, workspace.tahun, keep)
    forget()
    rows_of = {origin.name: origin.publish()} if origin.name in wanted else {}
    workspace.save("nama", merged.names)
    followed = inovasi.join(merged.identity, on="rekaman", how="left", maintain_order="left")
    scored = score_indicators(
        workspace.load("rekaman_indikator"), sheets.tabel, workspace.scan("isi_indikator"), _owners(followed, typed), reference,
        vocabulary, workspace.tahun,
    )  # fmt: skip
    known = Innovations(merged.names.filter(pl.col("id_inovasi").is_not_null()), own)
    promises, reports = (records.filter("diterima", perihal=name).sort(ORDER) for name in ("komitmen", "monev"))
    about = pl.col("rekaman").is_in(pl.concat([promises["rekaman"], reports["rekaman"]]).implode())
    cells = typed.filter(about).collect()
    promised = commitments(promises, cells, sheets.konteks, known, reference)
    reported = returns(reports, cells, sheets.konteks, known, reference, workspace.tahun)
    across = crosscheck(
        merged.inovasi, drafts, scored, followed, merged.cells, merged.bersama, reference, workspace.tahun
    )
    everything = pl.concat([findings, merged.findings, scored.findings, promised.findings, reported.findings, across])
    rows = _accepted(
        records.join(merged.identity, on="rekaman", how="left", maintain_order="left"), everything, reference
    ).with_columns(pl.col("diganti").fill_null(False))
    temuan = _with_units(everything, rows, berkas, reference)
    states = outcome.file_states(berkas, sheets.buku, rows, workspace.load("kembar"), temuan, reference)
    signed = pl.col("id_inovasi").is_in(promised.table["id_inovasi"].drop_nulls().implode())
    table_inovasi = maturity(merged.inovasi, scored.table).with_columns(
        status_komitmen=pl.when(signed).then(pl.lit("ditandatangani")).otherwise(pl.lit("belum"))
    )
    tables = {name: empty(name) for name in TABLES} | {
        "indikator": scored.table,
        "komitmen": promised.table,
        "monev": reported.table,
        "lainnya": merged.lainnya,
        "daftar_indikator": reference.indicators(workspace.tahun).sort("nomor"),
        "peta": reference.peta,
        "riwayat_isian": merged.riwayat,
        "tinjauan": merged.tinjauan,
        "bersama": merged.bersama,
        "keselarasan": alignment(table_inovasi, reference),
        "temuan": temuan,
        "berkas": states,
        "unit": outcome.unit_states(reference, states, table_inovasi, temuan, rows, workspace.load("pengganti")),
        "katalog": outcome.catalogue_counts(reference, temuan),
    }
    for name in [name for name in tables if name in wanted and name not in ("inovasi", origin.name)]:
        frame = conform(name, plain(tables.pop(name)))
        frame.write_parquet(workspace.table(name), compression="zstd")
        rows_of[name] = frame.height
    finished = Parts("inovasi", workspace)
    if finished.name not in wanted:
        return rows_of
    later = table_inovasi.select("id_inovasi", "kematangan", "status_komitmen")
    for draft in drafts:
        finished.add(draft.drop(later.columns[1:]).join(later, on="id_inovasi", how="left", maintain_order="left"))
    del draft
    return rows_of | {finished.name: finished.publish()}


def index_stage(workspace: Workspace, reference: Reference, waktu: str) -> int:
    """Computes the index, what would raise it, rewards and history; ``waktu`` is when the run began. Returns the steps."""
    sources = ("inovasi", "indikator", "komitmen", "monev", "keselarasan", "asal", "berkas")
    wanted = {name: pl.scan_parquet(workspace.table(name)) for name in sources}
    wanted["inovasi"] = wanted["inovasi"].drop(
        "rancang_bangun", "tujuan", "manfaat", "hasil"
    )  # long, and counted nowhere
    wanted["asal"] = wanted["asal"].select("id_inovasi", "berkas")
    tables = {name: frame.collect() for name, frame in wanted.items()}
    inovasi, indikator = tables["inovasi"], tables["indikator"]
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
    before = workspace.state.parent / "latest" / "data" / "sejarah.parquet"
    results = {
        "indeks": pl.DataFrame(rows, infer_schema_length=None),
        "langkah": langkah,
        "rencana": plans[0],
        "langkah_rencana": plans[1],
        "penghargaan": rewards(tables, reference, workspace.tahun),
        "sejarah": history(rows[0], workspace.run_id, waktu, tables, reference, before),
        "aturan": pl.concat([rules_table(at, reference) for at in (now, ahead) if at]),
    }
    for name, frame in results.items():
        conform(name, frame).write_parquet(workspace.table(name), compression="zstd")
    return number_of_steps


def _accepted(records: pl.DataFrame, findings: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """The records with diterima: those of a known unit without a finding that keeps a row out."""
    severe = reference.temuan.filter(pl.col("tingkat") == "kesalahan")["kode"]
    refused = findings.filter(pl.col("kode").is_in(severe.implode()) & pl.col("rekaman").is_not_null())["rekaman"]
    known = pl.col("kode_unit").is_not_null() | (pl.col("perihal") == "indikator")
    return records.with_columns(diterima=~pl.col("rekaman").is_in(refused.implode()) & known)


def _owners(inovasi: pl.DataFrame, typed: pl.LazyFrame) -> pl.DataFrame:
    """The innovations of each file by name and number, for the rows of indicators that speak of them."""
    texts = typed.filter(~pl.col("kosong"))
    named = beside(inovasi, texts, {"nama_inovasi": "teks", "no": "teks"}).rename({"nama_inovasi": "nama"})
    return named.with_columns(pl.when("diterima").then("id_inovasi").fill_null(REJECTED))


def _with_units(
    findings: pl.DataFrame, inovasi: pl.DataFrame, berkas: pl.DataFrame, reference: Reference
) -> pl.DataFrame:
    """The table ``temuan``: each finding with the unit of its record, else the only one of its file, else of the path."""
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
    mine = known.with_columns(kode_unit=unit).filter(
        ~pl.col("berkas").str.ends_with(MARK)
    )  # of what stands in: told before
    return shape("temuan", plain(publishable(mine, reference)))
