"""The command line as people and scripts use it: exit codes, one clear sentence, a quiet console."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.tables import TABLES
from tasks.reference import DEFAULT_FOLDER
from tests.builder.workbooks import Written
from tests.conftest import ROOT, Published, Run, contents, environment, fill, record, table

Done = subprocess.CompletedProcess[str]
NOISE = re.compile(r"Traceback|Warning|DeprecationWarning|Error:|Exception|sqlalchemy|asyncio", re.IGNORECASE)
ENGLISH = re.compile(
    r"\b(Usage|Options|Commands|Error|Show this message|required|does not exist|Invalid|Missing|Try)\b"
)


def is_quiet(done: Done) -> bool:
    """Nothing of a library on the console."""
    return not NOISE.search(done.stdout + done.stderr)


# --- run --------------------------------------------------------------------------------------------------------------


def test_a_run_ends_with_the_path_of_its_report(published: Published) -> None:
    for done in (published.first, published.second):
        assert done.returncode == 0, done.stderr
        assert is_quiet(done), done.stderr
        assert done.stderr == ""
        assert done.stdout.rstrip().endswith(f"{published.output}/latest/index.html")
        assert "69 inovasi" in done.stdout
    assert (published.latest / "index.html").is_file()


def test_the_summary_adds_up(published: Published) -> None:
    (line,) = re.findall(r"^Berkas: (.*)\.$", published.first.stdout, re.MULTILINE)
    total, *parts = map(int, re.findall(r"\d+", line))
    assert total == sum(parts)


def failed_in_one_sentence(done: Done, *words: str, code: int) -> None:
    """The right exit code; on standard error what was wrong, and nothing else anywhere."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert is_quiet(done), done.stderr
    assert not ENGLISH.search(done.stderr), done.stderr
    for word in words:
        assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def test_an_empty_inbox_publishes_nothing(standing: Path, tmp_path: Path, inovasi_run: Run) -> None:
    before = contents(standing / "runs")
    (tmp_path / "inbox" / "kosong").mkdir(parents=True)
    failed_in_one_sentence(inovasi_run(tmp_path / "inbox", standing), str(tmp_path / "inbox"), "kosong", code=1)
    assert contents(standing / "runs") == before
    assert (standing / "latest" / "index.html").is_file()


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path, inovasi_run: Run) -> None:
    fill(tmp_path / "inbox", {"a.xlsx": table()})
    (tmp_path / "berkas").write_text("bukan folder")
    output = tmp_path / "berkas" / "hasil"
    failed_in_one_sentence(
        inovasi_run(tmp_path / "inbox", output), str(output), "tidak dapat ditulis: di jalurnya ada berkas", code=1
    )
    assert (tmp_path / "berkas").read_text() == "bukan folder"


def test_a_wrong_reference_file_is_named_with_its_line(standing: Path, tmp_path: Path, inovasi: Run) -> None:
    before = contents(standing / "runs")
    folder = shutil.copytree(DEFAULT_FOLDER, tmp_path / "acuan")
    path = folder / "urusan.csv"
    path.write_text(
        path.read_text("utf-8").replace("wajib pelayanan dasar,Sosial,", "wajib pelayanan dasar,,"), "utf-8"
    )
    inbox = fill(tmp_path / "inbox", {"a.xlsx": table()})
    done = inovasi("run", "--inbox", inbox, "--output", standing, "--reference", folder)
    failed_in_one_sentence(done, f"{path} baris 7", "kolom urusan", "seharusnya terisi", code=1)
    assert contents(standing / "runs") == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--inbox", "/tidak/ada", "--output", "hasil"), ("/tidak/ada", "tidak ada")),
        (("run", "--inbox", "."), ("--output", "belum disebut")),
        (("run", "--output", "hasil"), ("--inbox", "belum disebut")),
        (("run", "--inbox", ".", "--output", "hasil", "--year", "duaribu"), ("duaribu",)),
        (("run", "--inbox", ".", "--output", "hasil", "--year", "1999"), ("1999", "2023, 2024, 2026")),
        (("run", "--inbox", ".", "--output", "hasil", "--reference", "/tidak/ada"), ("/tidak/ada", "tidak ada")),
        (("run", "--inbox", ".", "--output", "hasil", "--apa"), ("--apa", "tidak dikenal")),
        (("run", "--inbox", ".", "--output", "hasil", "lebih"), ("lebih",)),
        (("run", "--inbox"), ("--inbox",)),
        pytest.param(
            ("jalan",),
            ("jalan", "tidak dikenal"),
        ),
        (("check", "/tidak/ada.xlsx"), ("/tidak/ada.xlsx", "tidak ada")),
        (("check",), ("BERKAS", "belum disebut")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_usage_is_exit_code_2_and_one_sentence(
    inovasi: Run, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    failed_in_one_sentence(inovasi(*arguments), *words, code=2)


def test_an_inbox_that_is_a_file_is_wrong_usage(inovasi: Run, tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("x")
    done = inovasi("run", "--inbox", tmp_path / "inbox", "--output", tmp_path / "hasil")
    failed_in_one_sentence(done, "inbox", "bukan folder", code=2)


@pytest.mark.parametrize("place", ["", "hasil", "arsip/hasil"])
def test_a_report_inside_of_the_inbox_is_wrong_usage(inovasi: Run, tmp_path: Path, place: str) -> None:
    """The inbox is never written to."""
    inbox = fill(tmp_path / "inbox", {"a.xlsx": table()})
    before = contents(inbox)
    failed_in_one_sentence(
        inovasi("run", "--inbox", inbox, "--output", inbox / place), "di dalam folder kiriman", code=2
    )
    assert contents(inbox) == before


def test_a_run_that_fails_halfway_leaves_the_report_before_it(standing: Path, tmp_path: Path, inovasi_run: Run) -> None:
    """The folder ``latest`` of this output was made a directory by hand: the last step of the run cannot succeed."""
    output = tmp_path / "hasil"
    shutil.copytree(standing, output)
    before = contents(output / "latest")
    assert not (output / "latest").is_symlink()
    done = inovasi_run(fill(tmp_path / "inbox", {"a.xlsx": table(record("Lain"))}), output)
    assert "Traceback" not in done.stdout + done.stderr
    if done.returncode == 0:  # it may know how to replace a directory too
        assert contents(output / "latest") != before
    else:
        assert done.returncode == 1
        assert contents(output / "latest") == before
        assert {path.name for path in (output / "runs").iterdir()} == {
            path.name for path in (standing / "runs").iterdir()
        }


def test_an_archive_that_cannot_be_written_publishes_nothing(standing: Path, tmp_path: Path, inovasi_run: Run) -> None:
    """A full disk, or here a file in the way, is no fault of the senders: the report before it must stand."""
    output = tmp_path / "hasil"
    shutil.copytree(standing, output, symlinks=True)
    shutil.rmtree(output / "state" / "arsip")
    (output / "state" / "arsip").write_text("bukan folder")
    before = contents(output / "runs")
    done = inovasi_run(fill(tmp_path / "inbox", {"Kecamatan Gambut.xlsx": table(record("Lain"))}), output)
    assert done.returncode == 1
    assert contents(output / "runs") == before


# --- check ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("periksa")
    return fill(
        folder,
        {
            "baik.xlsx": table(),
            "peringatan.xlsx": table(record(hasil=None)),
            "salah.xlsx": table(record(), record("Dua", tahapan=Written(None, "entahlah"))),
            "kosong.xlsx": b"",
        },
    )


@pytest.mark.parametrize(
    ("names", "code"), [(["baik"], 0), (["peringatan"], 0), (["salah"], 3), (["kosong"], 3), (["baik", "salah"], 3)]
)
def test_check_tells_how_bad_it_is(inovasi: Run, files: Path, names: list[str], code: int) -> None:
    before = contents(files)
    done = inovasi("check", *(files / f"{name}.xlsx" for name in names), "--year", "2024")
    assert done.returncode == code, done.stderr
    assert done.stderr == ""
    assert is_quiet(done)
    for name in names:
        assert f"{name}.xlsx" in done.stdout
    assert contents(files) == before


def test_check_names_cell_and_remedy(inovasi: Run, files: Path) -> None:
    said = inovasi("check", files / "salah.xlsx", "--year", "2024").stdout
    assert re.search(r"kesalahan\s+Sheet1 C6: .*“entahlah” tidak dapat dipahami", said)
    assert "1 dari 2 baris" in said
    assert "1 kesalahan, 0 peringatan" in said
    assert "\x1b[" not in said, "no colours where there is no terminal"


def test_check_as_json_has_the_columns_of_temuan(inovasi: Run, files: Path) -> None:
    done = inovasi("check", files / "salah.xlsx", files / "peringatan.xlsx", "--year", "2024", "--json")
    assert done.returncode == 3
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {tuple(row) for row in rows} == {tuple(TABLES["temuan"].to_schema().columns)}
    found = {(Path(row["berkas"]).name, row["kode"], row["sel"]) for row in rows}
    assert {("salah.xlsx", "nilai_tidak_dipahami", "C6"), ("peringatan.xlsx", "nilai_kosong", "Q5")} <= found


def test_check_of_a_good_file_as_json_says_nothing(inovasi: Run, files: Path) -> None:
    assert inovasi("check", files / "baik.xlsx", "--year", "2024", "--json").stdout == ""


def test_check_needs_neither_prefect_nor_pandas(files: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom flows.cli import cli, run_command\n"
        f"code = run_command(cli, ['check', {str(files / 'salah.xlsx')!r}, '--year', '2024', '--json'])\n"
        "heavy = [name for name in ('prefect', 'pandas', 'fastapi', 'sqlalchemy', 'openpyxl') if name in sys.modules]\n"
        "print(code, heavy, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "3 []"


# --- help -------------------------------------------------------------------------------------------------------------


def commands(said: str) -> list[str]:
    """The commands that a help text names."""
    return re.findall(r"^  ([a-z]+)  ", said.partition("Perintah:")[2], re.MULTILINE)


def test_help_is_indonesian_and_names_commands_that_exist(inovasi: Run) -> None:
    done = inovasi("--help")
    assert done.returncode == 0
    assert {"run", "check"} <= set(commands(done.stdout))
    for name in commands(done.stdout):
        more = inovasi(name, "--help")
        assert more.returncode == 0, name
        assert more.stdout.startswith(f"Pemakaian: inovasi {name}")
        assert "Pilihan:" in more.stdout


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help")])
def test_no_word_of_help_is_english(inovasi: Run, arguments: tuple[str, ...]) -> None:
    assert not re.search(r"COMMAND|ARGS|required|Options|Usage|Show this", inovasi(*arguments).stdout)


def test_no_command_at_all_shows_the_help(inovasi: Run) -> None:
    done = inovasi()
    assert done.returncode == 2
    assert "Perintah:" in done.stdout + done.stderr


def test_a_template_is_filled_from_the_results_around_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from flows.cli import cli, run_command  # noqa: PLC0415

    wrong = ["template", "--output", str(tmp_path), "--unit", "63.03.03", "--from", str(tmp_path)]
    assert run_command(cli, wrong) == 2
    assert "tidak berisi hasil" in capsys.readouterr().err
    assert run_command(cli, wrong[:5]) == 0
    assert "templat tidak diisi" in capsys.readouterr().err
