"""Notices: a run failed, the index changed, and to each unit its cover note with the correction workbooks; through apprise.

Each notice is sent at most once for each state of what it is about. Before it is sent ``state/pemberitahuan.json`` says so,
and once the other side took it, again. A run ended in between leaves it uncertain: it is not sent a second time but named.
One that was not taken is tried again by the next run. Nothing is sent unless sending is switched on; what would be sent is
told instead. Addresses hold passwords and tokens: they are shown nowhere, only the kind of service is.
"""

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from tasks.durable import write_durably
from tasks.wording import labels

LEDGER = "pemberitahuan.json"
GIVE_UP_AFTER = 3  # failures in a row of one kind of service: the rest waits for the next run
SENDING, SENT = "dikirim", "terkirim"
_EMAIL = re.compile(r"^[^\s@/?&#]+@[^\s@/?&#]+\.[^\s@/?&#]+$")
_KIND = re.compile(r"^[a-z][a-z0-9+.-]*(?=://)", re.IGNORECASE)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Channels:
    """Where notices go: ``team`` addresses, the sending server for bare e-mail addresses, and whether to send at all.

    Addresses are URLs of apprise, or e-mail addresses that are reached through ``mail`` (an apprise mailto:// URL).
    """

    team: tuple[str, ...] = field(default=(), repr=False)
    mail: str = field(default="", repr=False)
    send: bool = False

    def resolve(self, address: str) -> str | None:
        """The URL of an address; None for a bare e-mail address where no server is set."""
        if not _EMAIL.match(address):
            return address
        if not self.mail:
            return None
        return f"{self.mail}{'&' if '?' in self.mail else '?'}to={quote(address)}"


@dataclass(frozen=True)
class Notice:
    """Something to tell: what about, the state it is about, the words, the files, and where to."""

    about: str
    fingerprint: str
    title: str
    body: str
    addresses: tuple[str, ...] = field(repr=False)
    files: tuple[Path, ...] = ()
    once: bool = True  # whether it is told once for its fingerprint; a failed run is told each time


@dataclass
class Told:
    """What became of the notices of a run."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)  # in the order they came about, for the log

    def add(self, outcome: str, notice: Notice, kind: str) -> None:
        """Notes the outcome of one: terkirim, akan_dikirim, gagal, tidak_pasti."""
        self.counts[outcome] += 1
        files = f", {len(notice.files)} attachment(s)" if notice.files else ""
        self.lines.append(f"notice {notice.about} ({kind}{files}): {outcome}")

    def sentence(self) -> str:
        """One Indonesian sentence for the summary of a run; empty when there was nothing to tell."""
        words = _texts()["hasil"]
        parts = [f"{self.counts[key]} {words[key]}" for key in words if self.counts[key]]
        return f"Pemberitahuan: {', '.join(parts)}." if parts else ""


def announce(
    run: Path, state: Path, channels: Channels, kontak: pl.DataFrame, saved: Callable[[Path], None] = lambda _: None
) -> Told:
    """Tells of a published run: the index to the team when it changed, and to each unit its note when its state did.

    ``kontak`` has kode_unit and alamat. ``saved`` is called with the ledger each time it was written. Never raises for what
    a service does.
    """
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    told, ledger = Told(), _Ledger(state / LEDGER, saved)
    _announce_index(run, manifest, channels, ledger, told)
    _deliver(_about_units(run, manifest, kontak), channels, ledger, told)
    return told


def announce_failure(reason: str, moment: datetime, tahun: int, channels: Channels) -> Told:
    """Tells the team that a run failed, and why, each time one does. Never raises for what a service does."""
    texts, told = _texts()["gagal"], Told()
    for address in channels.team:
        reason = reason.replace(address, "…")
    words = {"tahun": tahun, "waktu": moment.strftime("%d-%m-%Y %H:%M %Z"), "alasan": reason}
    notice = Notice(
        "kegagalan", "", texts["judul"].format(**words), texts["isi"].format(**words), channels.team, once=False
    )
    _deliver([notice], channels, None, told)
    return told


def _announce_index(run: Path, manifest: dict[str, Any], channels: Channels, ledger: "_Ledger", told: Told) -> None:
    """Tells the team when the index is another than the one last told; of the first there is no change to tell."""
    tahun = manifest["tahun"]
    rows = pl.read_parquet(run / "data" / "indeks.parquet").filter(pl.col("tahun") == tahun)
    if rows.is_empty():
        return
    row = rows.row(0, named=True)
    shown, about, texts = _index(row), f"indeks {tahun}", _texts()["indeks"]
    before = ledger.told.get(about)
    if before == shown:
        return
    if before is not None:
        words = {"tahun": tahun, "lama": before, "baru": shown, "instansi": manifest["instansi"], "n": row["n"]}
        notice = Notice(about, shown, texts["judul"].format(**words), texts["isi"].format(**words), channels.team)
        _deliver([notice], channels, ledger, told)
    if not told.counts["gagal"]:
        ledger.note(about, shown)


def _index(row: dict[str, Any]) -> str:
    """The index of a year in words, or its range."""
    figure = "{:.2f}".format
    if row["iid"] is not None:
        return f"{figure(row['iid'])} ({row['predikat']})".replace(".", ",", 1)
    return f"{figure(row['iid_bawah'])}–{figure(row['iid_atas'])}".replace(".", ",")


def _about_units(run: Path, manifest: dict[str, Any], kontak: pl.DataFrame) -> Iterator[Notice]:
    """The cover note of every unit that has an address, with its correction workbooks."""
    if kontak.is_empty():
        return
    texts, fingerprints = _texts()["unit"], _fingerprints(run, manifest["tahun"])
    addresses: dict[str, list[str]] = {}
    for kode, address in kontak.select("kode_unit", "alamat").iter_rows():
        addresses.setdefault(kode, []).append(address)
    units = pl.read_parquet(run / "data" / "unit.parquet").select("kode_unit", "nama_unit")
    for kode, name in units.iter_rows():
        note = run / "pengantar" / f"{kode}.txt"
        if kode not in addresses or not note.is_file():
            continue
        files = [run / "koreksi" / f"{kode}.xlsx", *sorted((run / "koreksi").glob(f"{kode}-[0-9]*.xlsx"))]
        words = {"tahun": manifest["tahun"], "unit": name, "instansi": manifest["instansi"]}
        yield Notice(
            f"unit {kode} {manifest['tahun']}", fingerprints[kode], texts["judul"].format(**words), note.read_text("utf-8"),
            tuple(addresses[kode]), tuple(path for path in files if path.is_file()),
        )  # fmt: skip


def _fingerprints(run: Path, tahun: int) -> dict[str, str]:
    """Of each unit a digest of its state: its files, what was accepted of it, and what it has to mend.

    Dates, the words of sentences and the order of things are no part of it: they change without anything to tell.
    """
    table = {
        name: pl.read_parquet(run / "data" / f"{name}.parquet") for name in ("unit", "berkas", "inovasi", "temuan")
    }
    gone = table["berkas"].filter(pl.col("status").is_in(["duplikat", "digantikan", "diabaikan"]))
    parts = (
        table["berkas"].join(gone, on="berkas", how="anti").select("kode_unit", "sha256", "status"),
        table["inovasi"].select("kode_unit", "id_inovasi", "versi"),
        table["temuan"].filter(pl.col("tingkat") != "catatan").join(gone, on="berkas", how="anti")
        .select("kode_unit", "kode", "berkas", "lembar", "sel", "nilai"),
    )  # fmt: skip
    totals = {kode: hashlib.sha256(f"{tahun}".encode()) for kode in table["unit"]["kode_unit"]}
    for part in parts:
        columns = [name for name in part.columns if name != "kode_unit"]
        rows = part.drop_nulls("kode_unit").unique().sort("kode_unit", *columns)
        for kode, *values in rows.select("kode_unit", *columns).iter_rows():
            if kode in totals:
                totals[kode].update(json.dumps(values, ensure_ascii=False).encode())
    return {kode: total.hexdigest() for kode, total in totals.items()}


def _deliver(notices: Iterable[Notice], channels: Channels, ledger: "_Ledger | None", told: Told) -> None:
    """Sends what was not sent for this state, address by address; or says what would be sent."""
    in_a_row: Counter[str] = Counter()
    for notice in notices:
        for address in notice.addresses:
            url = channels.resolve(address)
            kind = _kind(url)
            key = f"{notice.about} {hashlib.sha256(address.encode()).hexdigest()[:16]}"
            known = ledger.find(key, notice.fingerprint) if ledger is not None and notice.once else None
            if known == SENT:
                continue
            if known == SENDING:
                told.add("tidak_pasti", notice, kind)
            elif not channels.send:
                told.add("akan_dikirim", notice, kind)
            elif url is None or in_a_row[kind] >= GIVE_UP_AFTER:
                told.add("gagal", notice, kind)
            else:
                keep = ledger if notice.once else None
                if keep is not None:
                    keep.mark(key, notice.fingerprint, SENDING)
                taken = _send(url, notice)
                if keep is not None:
                    keep.mark(key, notice.fingerprint, SENT if taken else None)
                in_a_row[kind] = 0 if taken else in_a_row[kind] + 1
                told.add("terkirim" if taken else "gagal", notice, kind)


def _kind(url: str | None) -> str:
    """The kind of service of an address, which is all of it that may be shown."""
    found = _KIND.match(url or "")
    return found[0].lower() if found else "alamat tidak dikenal"


def _send(url: str, notice: Notice) -> bool:
    """Sends one notice to one address; whether the other side took it."""
    with _silent():
        import apprise  # noqa: PLC0415 - heavy, and only for those who send
        from apprise.attachment.file import AttachFile  # noqa: PLC0415

        try:
            service = apprise.Apprise.instantiate(url)
            if service is None or len(service) != 1:  # several recipients could be reached in part, and then again
                return False
            service.notify_format = apprise.NotifyFormat.TEXT  # names are strangers' text, and no markup
            files = [AttachFile(str(path)) for path in notice.files]  # type: ignore[no-untyped-call]
            title = " ".join(notice.title.split())
            return bool(
                service.notify(
                    body=notice.body, title=title, attach=files or None, body_format=apprise.NotifyFormat.TEXT
                )
            )
        except Exception as error:  # noqa: BLE001 - whatever a service does must not end the run; the count says it failed
            kind = type(error).__name__  # not its words, which may repeat the address
    log.warning("a notice of the kind %s failed: %s", _kind(url), kind)
    return False


@contextmanager
def _silent() -> Iterator[None]:
    """Keeps all libraries from logging for a moment: what they say of a connection repeats addresses and tokens."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


class _Ledger:
    """What was told of what to whom, on disk before and after each sending."""

    def __init__(self, path: Path, saved: Callable[[Path], None]) -> None:
        self._path, self._saved = path, saved
        content = json.loads(path.read_text("utf-8")) if path.exists() else {}
        self.told: dict[str, str] = content.get("kabar", {})
        self._sent: dict[str, list[str]] = content.get("kiriman", {})

    def find(self, key: str, fingerprint: str) -> str | None:
        """Whether this state was told under this key: SENT, SENDING (no telling whether it arrived), or None."""
        known = self._sent.get(key)
        return known[1] if known is not None and known[0] == fingerprint else None

    def mark(self, key: str, fingerprint: str, outcome: str | None) -> None:
        """Notes an outcome on disk; None takes the entry away, so that the next run tries again."""
        if outcome is None:
            self._sent.pop(key, None)
        else:
            self._sent[key] = [fingerprint, outcome]
        self._save()

    def note(self, about: str, shown: str) -> None:
        """Notes what was last known of something."""
        self.told[about] = shown
        self._save()

    def _save(self) -> None:
        content = json.dumps({"kabar": self.told, "kiriman": self._sent}, ensure_ascii=False, indent=0)
        write_durably(self._path, lambda path: path.write_text(content, "utf-8"))
        self._saved(self._path)


def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = labels()["pemberitahuan"]
    return texts
