"""Notices, through a real mail server on loopback: what arrives, once, and what never shows."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest
from aiosmtpd.controller import Controller

from tasks.notify import LEDGER, Channels, Told, announce, announce_failure
from tasks.reference import DEFAULT_FOLDER, WrongReferenceError, load_reference
from tests.conftest import Published, Run, contents, fill, free_port, record, table

UNIT = "63.03.03"  # Kecamatan Gambut
TO = "camat.gambut@contoh.go.id"
SECRET = "sandi-rahasia"


class Mailbox:
    """What the server took; ``refuse`` makes it take nothing more."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.refuse = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the server's name for it
        if self.refuse:
            return "451 coba lagi nanti"
        self.letters.append((envelope.rcpt_tos, BytesParser(policy=default).parsebytes(envelope.content)))
        return "250 OK"

    def take(self) -> list[tuple[list[str], EmailMessage]]:
        """The letters since the last time."""
        taken, self.letters = self.letters, []
        return taken


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    """A mail server, and the address of apprise that sends through it."""
    box = Mailbox()
    port = free_port()
    server = Controller(box, "127.0.0.1", port)
    server.start()
    yield box, f"mailto://127.0.0.1:{port}?from=inovasi@contoh.go.id&name=Inovasi"
    server.stop()


@pytest.fixture
def run(published: Published, tmp_path: Path) -> Path:
    """A published run that a test may change."""
    return shutil.copytree(published.latest, tmp_path / "latest")


def contacts(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={"kode_unit": pl.String, "alamat": pl.String}, orient="row")


def change(run: Path, name: str, change: pl.Expr) -> None:
    path = run / "data" / f"{name}.parquet"
    pl.read_parquet(path).with_columns(change).write_parquet(path)


def told(outcome: Told) -> dict[str, int]:
    return dict(outcome.counts)


def test_a_unit_gets_its_note_with_its_correction_workbook_once_for_each_state(
    run: Path, tmp_path: Path, mailbox: tuple[Mailbox, str]
) -> None:
    box, mail = mailbox
    state = tmp_path / "state"
    state.mkdir()
    channels, kontak = Channels(mail=mail, send=True), contacts((UNIT, TO))
    assert told(announce(run, state, channels, kontak)) == {"terkirim": 1}
    ((to, letter),) = box.take()
    assert to == [TO]
    assert letter["Subject"] == "Data inovasi 2024 Kecamatan Gambut: hasil pemeriksaan kiriman"
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == (run / "pengantar" / f"{UNIT}.txt").read_text("utf-8").split()
    wanted = {path.name: path.read_bytes() for path in (run / "koreksi").glob(f"{UNIT}*.xlsx")}
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert files == wanted
    assert len(files) >= 1
    assert openpyxl.load_workbook(BytesIO(next(iter(files.values())))).sheetnames

    assert told(announce(run, state, channels, kontak)) == {}
    assert box.take() == []
    change(run, "temuan", pl.when(pl.col("kode_unit") == UNIT).then(pl.lit("Z9")).otherwise("sel").alias("sel"))
    assert told(announce(run, state, channels, kontak)) == {"terkirim": 1}
    assert len(box.take()) == 1


def test_the_words_of_a_finding_are_no_new_state(run: Path, tmp_path: Path, mailbox: tuple[Mailbox, str]) -> None:
    box, mail = mailbox
    channels, kontak = Channels(mail=mail, send=True), contacts((UNIT, TO))
    announce(run, tmp_path, channels, kontak)
    box.take()
    change(run, "temuan", pl.lit("Kalimat baru.").alias("pesan"))
    path = run / "data" / "temuan.parquet"
    pl.read_parquet(path).reverse().write_parquet(path)
    assert told(announce(run, tmp_path, channels, kontak)) == {}
    assert box.take() == []


def test_dry_run_says_what_would_be_sent_and_remembers_nothing(
    run: Path, tmp_path: Path, mailbox: tuple[Mailbox, str]
) -> None:
    box, mail = mailbox
    kontak = contacts((UNIT, TO))
    for _ in range(2):
        dry = announce(run, tmp_path, Channels(mail=mail), kontak)
        assert told(dry) == {"akan_dikirim": 1}
        assert UNIT in dry.lines[0]
        assert "INOVASI_NOTIFY_SEND" in dry.sentence()
    assert box.take() == []
    assert told(announce(run, tmp_path, Channels(mail=mail, send=True), kontak)) == {"terkirim": 1}


@pytest.mark.parametrize("last", range(1, 6))
def test_a_kill_after_any_write_never_sends_twice_and_loses_nothing_silently(
    run: Path, tmp_path: Path, mailbox: tuple[Mailbox, str], last: int
) -> None:
    """At most once: the next run does not send what may have arrived, and says so."""
    box, mail = mailbox
    channels, kontak = Channels(mail=mail, send=True), contacts((UNIT, TO), ("63.03.01", "camat.aluh@contoh.go.id"))
    writes = 0

    class KillError(BaseException):
        pass

    def saved(_: Path) -> None:
        nonlocal writes
        writes += 1
        if writes == last:
            raise KillError

    with pytest.raises(KillError):
        announce(run, tmp_path, channels, kontak, saved)
    rest = announce(run, tmp_path, channels, kontak)
    sent = [to[0] for to, _ in box.take()]
    assert len(sent) == len(set(sent))
    assert len(sent) + rest.counts["tidak_pasti"] == 2
    assert ("terputus" in rest.sentence()) == bool(rest.counts["tidak_pasti"])


def test_what_the_server_does_not_take_is_tried_again(run: Path, tmp_path: Path, mailbox: tuple[Mailbox, str]) -> None:
    box, mail = mailbox
    channels, kontak = Channels(mail=mail, send=True), contacts((UNIT, TO))
    box.refuse = True
    failed = announce(run, tmp_path, channels, kontak)
    assert told(failed) == {"gagal": 1}
    assert "gagal dikirim" in failed.sentence()
    box.refuse = False
    assert told(announce(run, tmp_path, channels, kontak)) == {"terkirim": 1}
    assert len(box.take()) == 1


def test_the_team_hears_of_the_index_when_it_changes(run: Path, tmp_path: Path, mailbox: tuple[Mailbox, str]) -> None:
    box, mail = mailbox
    channels, nobody = Channels(team=("bidang@contoh.go.id",), mail=mail, send=True), contacts()
    announce(run, tmp_path, channels, nobody)
    assert box.take() == []  # of the first there is no change to tell
    change(run, "indeks", pl.lit(61.234).alias("iid"))
    change(run, "indeks", pl.lit("Sangat Inovatif").alias("predikat"))
    assert told(announce(run, tmp_path, channels, nobody)) == {"terkirim": 1}
    assert told(announce(run, tmp_path, channels, nobody)) == {}
    ((to, letter),) = box.take()
    assert to == ["bidang@contoh.go.id"]
    assert letter["Subject"].endswith("berubah menjadi 61,23 (Sangat Inovatif)")


def test_the_team_hears_of_every_failure(mailbox: tuple[Mailbox, str]) -> None:
    box, mail = mailbox
    moment = datetime(2024, 2, 6, 1, 30, tzinfo=ZoneInfo("Asia/Makassar"))
    channels = Channels(team=("bidang@contoh.go.id",), mail=mail, send=True)
    for _ in range(2):
        assert told(announce_failure("Sumber kiriman s3://x tidak ada.", moment, 2024, channels)) == {"terkirim": 1}
    letters = box.take()
    assert len(letters) == 2
    body = letters[0][1].get_body(("plain",))
    assert body is not None
    assert "06-02-2024 01:30 WITA" in body.get_content()
    assert "s3://x tidak ada" in body.get_content()


def test_a_service_that_is_down_delays_nothing_and_leaks_nothing(
    run: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    kontak = contacts(*((f"63.03.{n:02}", f"json://operator:{SECRET}@127.0.0.1:9/{n}") for n in range(1, 9)))
    outcome = announce(run, tmp_path, Channels(send=True), kontak)
    assert told(outcome) == {"gagal": 8}
    out, err = capfd.readouterr()
    shown = (caplog.text, out, err, *outcome.lines, outcome.sentence(), (tmp_path / LEDGER).read_text("utf-8"))
    assert not [text for text in shown if SECRET in text]


def test_a_wrong_contacts_file_is_named_without_its_secrets(tmp_path: Path) -> None:
    folder = shutil.copytree(DEFAULT_FOLDER, tmp_path / "acuan")
    good = f"kode_unit,alamat\n{UNIT},mailto://u:{SECRET}@contoh.go.id\n"
    for text, words in (
        (f"{UNIT},mailto://u:{SECRET}@contoh.go.id\n", "baris 1"),
        (f"{good}63.03.01,{SECRET},lebih\n", "baris 3"),
        (f"{good}99.99,{SECRET}\n", "99.99"),
    ):
        (folder / "kontak.csv").write_text(text, "utf-8")
        with pytest.raises(WrongReferenceError, match=words) as wrong:
            load_reference(folder)
        assert SECRET not in str(wrong.value)
    (folder / "kontak.csv").write_text(good, "utf-8")
    assert SECRET not in repr(load_reference(folder))


def test_a_run_tells_and_no_secret_shows_anywhere(
    tmp_path: Path, mailbox: tuple[Mailbox, str], inovasi_run: Run
) -> None:
    box, mail = mailbox
    folder = shutil.copytree(DEFAULT_FOLDER, tmp_path / "acuan")
    (folder / "kontak.csv").write_text(
        f"kode_unit,alamat\n{UNIT},{TO}\n63.03.01,json://operator:{SECRET}@127.0.0.1:9\n", "utf-8"
    )
    inbox = fill(tmp_path / "inbox", {"Kecamatan Gambut.xlsx": table(record(tahapan="keliru"))})
    switched_on = {
        "INOVASI_NOTIFY": f"bidang@contoh.go.id json://tim:{SECRET}@127.0.0.1:9",
        "INOVASI_NOTIFY_MAIL": mail,
        "INOVASI_NOTIFY_SEND": "true",
    }
    done = inovasi_run(inbox, tmp_path / "hasil", "--reference", folder, **switched_on)
    assert done.returncode == 0, done.stderr
    assert "Pemberitahuan: 1 terkirim, 1 gagal dikirim" in done.stdout
    assert [to for to, _ in box.take()] == [[TO]]

    empty = fill(tmp_path / "kosong", {})
    failed = inovasi_run(empty, tmp_path / "hasil", "--reference", folder, **switched_on)
    assert failed.returncode == 1
    assert [to for to, _ in box.take()] == [["bidang@contoh.go.id"]]
    files = contents(tmp_path / "hasil")
    assert "state/konsolidasi.log" in files
    assert [name for name, (data, _) in files.items() if SECRET.encode() in data] == []
    assert SECRET not in done.stdout + done.stderr + failed.stdout + failed.stderr
