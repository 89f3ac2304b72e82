"""The ``inovasi`` command. What is heavy is imported by the command that needs it, so that help is at once there."""

import atexit
import gc
import json
import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

import flows.prefect_defaults  # noqa: F401 - before Polars
from tasks.errors import MendableError
from tasks.text import system_reason

PUBLISHED, FAILED, WRONG_USAGE, ERRORS_FOUND = 0, 1, 2, 3
OBJECTS_BETWEEN_COLLECTIONS = 50_000  # most of what a command makes are modules, which stay
ROOT = Path(__file__).resolve().parents[1]
DEFAULT_OUTPUT = ROOT / "data" / "output"  # where make run publishes
EXAMPLE = ROOT / "templates" / "andaian.toml"


class _Indonesian(click.Command):
    """A command whose help speaks Indonesian."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Pemakaian: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = (param.get_help_record(ctx) for param in self.get_params(ctx))
        rows = [(name, text.replace("[required]", "[wajib]")) for name, text in filter(None, records)]
        with formatter.section("Pilihan"):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Menampilkan bantuan ini."
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        self.options_metavar = "[PILIHAN]"
        return super().collect_usage_pieces(ctx)


class _WithExample(_Indonesian):
    """A command whose help ends with an example of the file it reads."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Contoh andaian"):
            for line in EXAMPLE.read_text("utf-8").splitlines():
                formatter.write(f"{line:>{len(line) + formatter.current_indent}}\n" if line else "\n")


class _IndonesianGroup(_Indonesian, click.Group):
    """The group of commands, likewise."""

    command_class = _Indonesian

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[PILIHAN]", "PERINTAH …"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = [(name, command.get_short_help_str(100)) for name, command in sorted(self.commands.items())]
        with formatter.section("Perintah"):
            formatter.write_dl(rows)


class _Folder(click.ParamType[Path]):
    """A folder that exists."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if not path.is_dir():
            self.fail(f"{path} bukan folder." if path.exists() else f"Folder {path} tidak ada.", param, ctx)
        return path


class _Inbox(click.ParamType[str]):
    """A folder that exists, or the address of one elsewhere."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from tasks.remote import WrongAddressError, check_address, is_address, local_path  # noqa: PLC0415

        if not is_address(str(value)):
            return str(_Folder().convert(local_path(str(value)), param, ctx))
        try:
            check_address(str(value))
        except WrongAddressError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class _Output(click.ParamType[str]):
    """A folder, absolute, or the address of an object store."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from tasks.remote import WrongAddressError, check_address, is_address, local_path  # noqa: PLC0415
        from tasks.store import STORES  # noqa: PLC0415

        if not is_address(str(value)):
            return str(local_path(str(value)).absolute())
        try:
            check_address(str(value), STORES)
        except WrongAddressError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class _Year(click.ParamType[int]):
    """A year of four digits."""

    name = "tahun"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not (str(value).isdigit() and len(str(value)) == 4):
            self.fail(f"Tahun “{value}” bukan tahun empat angka.", param, ctx)
        return int(value)


class _Reason(click.ParamType[str]):
    """A reason in words."""

    name = "alasan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not 5 <= len(str(value).strip()) <= 300:
            self.fail("Alasan harus 5 sampai 300 huruf.", param, ctx)
        return str(value).strip()


class _Points(click.ParamType[float]):
    """Points of the index, with a decimal comma or point."""

    name = "poin"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            points = float(str(value).replace(",", "."))
        except ValueError:
            points = -1.0
        if not 0 <= points <= 100:
            self.fail(f"“{value}” bukan angka dari 0 sampai 100.", param, ctx)
        return points


year_option = click.option(
    "--year",
    type=_Year(),
    metavar="TAHUN",
    help="Tahun penilaian; bila tidak disebut, tahun terakhir yang punya aturan.",
)
reference_option = click.option("--reference", type=_Folder(), metavar="FOLDER", help="Folder data acuan pengganti.")


@click.group(cls=_IndonesianGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Menghimpun kiriman inovasi daerah menjadi satu data dan satu laporan."""


unit_option = click.option(
    "--unit", metavar="UNIT",
    help="Kode atau nama satu unit: hanya unit itu yang diperbarui; data unit lain tetap seperti laporan sebelumnya.",
)  # fmt: skip
dry_run_option = click.option("--dry-run", is_flag=True, help="Percobaan: semua dikerjakan kecuali menerbitkan.")
force_option = click.option(
    "--force", type=_Reason(), metavar="ALASAN",
    help="Tetap menerbitkan walaupun ada gerbang yang gagal; alasannya dicatat dalam manifest.",
)  # fmt: skip


@cli.command()
@click.option(
    "--inbox", type=_Inbox(), required=True, metavar="FOLDER",
    help="Folder kiriman, atau alamatnya di tempat lain (s3://, sftp://, webdav://); tidak pernah diubah.",
)  # fmt: skip
@click.option(
    "--output", type=_Output(), required=True, metavar="FOLDER",
    help="Folder hasil, atau alamat penyimpanan objek (s3://, gs://, az://).",
)  # fmt: skip
@year_option
@reference_option
@unit_option
@dry_run_option
@force_option
def run(
    inbox: str,
    output: str,
    year: int | None,
    reference: Path | None,
    unit: str | None,
    dry_run: bool,
    force: str | None,
) -> int:
    """Menghimpun sekali, sekarang."""
    from flows import run as running  # noqa: PLC0415 - brings Prefect

    tahun, folder = _year_and_reference(year, reference)
    unit = _unit(unit, folder)
    _keep_apart(inbox, output)
    return running.run_once(inbox, output, tahun, folder, unit=unit, dry_run=dry_run, force=force)


@cli.command()
@click.option(
    "--inbox", type=_Inbox(), metavar="FOLDER", help="Folder kiriman atau alamatnya; bila tidak disebut, INOVASI_INBOX."
)
@click.option(
    "--output",
    type=_Output(),
    metavar="FOLDER",
    help="Folder hasil atau alamatnya; bila tidak disebut, INOVASI_OUTPUT.",
)
@year_option
@reference_option
def serve(inbox: str | None, output: str | None, year: int | None, reference: Path | None) -> int:
    """Berjalan terus: menghimpun setiap malam, dan bila diminta."""
    from flows import serve as serving  # noqa: PLC0415
    from flows.settings import settings  # noqa: PLC0415

    tahun, folder = _year_and_reference(year, reference)
    inbox, output = inbox or settings().inbox, output or settings().output
    if inbox is None or output is None:
        raise click.UsageError(f"{'--inbox' if inbox is None else '--output'} belum disebut.")
    _keep_apart(inbox, output)
    return serving.serve(_absolute(inbox), output, tahun if year else None, folder)


@cli.command()
@click.option(
    "--inbox", type=_Inbox(), metavar="FOLDER", help="Folder kiriman lain atau alamatnya; biasanya tidak disebut."
)
@year_option
@unit_option
@dry_run_option
@force_option
@click.option("--no-wait", is_flag=True, help="Tidak menunggu sampai selesai.")
def trigger(
    inbox: str | None, year: int | None, unit: str | None, dry_run: bool, force: str | None, no_wait: bool
) -> int:
    """Meminta inovasi serve menghimpun sekarang."""
    from flows import serve as serving  # noqa: PLC0415

    tahun, folder = _year_and_reference(year, None)
    asked = {
        "inbox": inbox and _absolute(inbox), "tahun": tahun if year else None, "unit": _unit(unit, folder), "force": force,
        "dry_run": dry_run,
    }  # fmt: skip
    given = {name: value for name, value in asked.items() if value is not None}
    return serving.trigger(given, wait=not no_wait)


@cli.command()
@click.argument("berkas", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="BERKAS...")
@click.option("--json", "as_json", is_flag=True, help="Satu baris JSON untuk setiap temuan, dengan kolom tabel temuan.")
@year_option
@reference_option
def check(berkas: tuple[Path, ...], as_json: bool, year: int | None, reference: Path | None) -> int:
    """Memeriksa berkas tanpa menerbitkan apa pun."""
    from tasks.read.pool import warm_up  # noqa: PLC0415

    for path in berkas:
        if not path.is_file():
            raise click.UsageError(f"Berkas {path} tidak ada.")
    warm_up()
    from flows import check as checking  # noqa: PLC0415 - takes as long as the reading process takes to start

    tahun, folder = _year_and_reference(year, reference)
    return checking.check_files(list(berkas), tahun, folder, as_json=as_json)


@cli.command()
@click.argument("rilis", metavar="RILIS")
@click.option("--output", type=_Folder(), metavar="FOLDER", help="Folder hasil, bila RILIS adalah nomor rilis.")
def report(rilis: str, output: Path | None) -> int:
    """Menyajikan ulang laporan satu rilis (folder atau nomornya) dari tabelnya, tanpa menghitung lagi."""
    from tasks.publish import Output, read_manifest  # noqa: PLC0415
    from tasks.render import render  # noqa: PLC0415

    named = [Path(rilis)] if output is None else [Output(output).runs / rilis, output / rilis]
    folder = next((path for path in named if path.is_dir() and read_manifest(path)), None)
    if folder is None or rilis in {"", ".", ".."}:
        raise click.UsageError(f"Rilis {rilis} tidak ada{f' di {output}' if output else ''}.")
    try:
        pages = render(folder.resolve())
    except OSError as error:
        click.echo(f"Gagal: laporan di {folder} tidak dapat ditulis: {system_reason(error)}.", err=True)
        return FAILED
    click.echo(f"{pages} halaman. Laporan: {folder / 'index.html'}")
    return PUBLISHED


@cli.command(cls=_WithExample)
@click.option(
    "--output", type=_Folder(), default=DEFAULT_OUTPUT, metavar="FOLDER", help="Folder hasil; biasanya data/output."
)
@click.option("--target", type=_Points(), metavar="POIN", help="Indeks yang hendak dicapai, misalnya 65,01.")
@click.option(
    "--assume",
    "assumption",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="BERKAS",
    help="Andaian (TOML); contohnya di bawah, setiap kunci boleh tidak ditulis.",
)
@click.option("--json", "as_json", is_flag=True, help="Semuanya sebagai satu objek JSON.")
@year_option
@reference_option
def index(
    output: Path, target: float | None, assumption: Path | None, as_json: bool, year: int | None, reference: Path | None
) -> int:
    """Menghitung indeks dari laporan terakhir, dengan andaian, dan langkah menuju target."""
    from flows.index import show_index  # noqa: PLC0415
    from tasks.assume import WrongAssumptionError, read_assumption  # noqa: PLC0415

    latest = output / "latest"
    if not (latest / "manifest.json").is_file():
        click.echo(f"Gagal: belum ada laporan di {output}; jalankan inovasi run dahulu.", err=True)
        return FAILED
    published = json.loads((latest / "manifest.json").read_bytes())["tahun"]
    tahun, folder = _year_and_reference(year or published, reference)
    try:
        andaian = read_assumption(assumption) if assumption else None
        show_index(latest / "data", tahun, folder, target, andaian, as_json=as_json)
    except WrongAssumptionError as error:
        raise click.UsageError(str(error)) from None
    return PUBLISHED


@cli.command()
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, metavar="FOLDER", help="Folder tujuan templat."
)
@click.option(
    "--unit", "units", multiple=True, metavar="KODE", help="Kode unit; boleh berulang. Bila tidak disebut, semua unit."
)
@click.option("--all", "every", is_flag=True, help="Semua unit dalam daftar.")
@click.option(
    "--from",
    "source",
    type=_Folder(),
    metavar="FOLDER",
    help="Folder hasil, untuk mengisi yang sudah diketahui; bila tidak disebut, folder hasil di atas tujuan atau INOVASI_OUTPUT.",
)
@year_option
@reference_option
def template(
    output: Path, units: tuple[str, ...], every: bool, source: Path | None, year: int | None, reference: Path | None
) -> int:
    """Menulis templat resmi untuk unit."""
    from tasks.reference import load_reference  # noqa: PLC0415
    from tasks.template import read_known, template_name, write_template  # noqa: PLC0415

    tahun, folder = _year_and_reference(year, reference)
    known_reference = load_reference(folder)
    codes = known_reference.unit["kode"].to_list()
    if unknown := [kode for kode in units if kode not in codes]:
        raise click.UsageError(f"Unit {', '.join(unknown)} tidak ada dalam daftar unit.")
    results = _results(source, output)
    known = read_known(results / "latest" / "data") if results else {}
    click.echo(
        f"Diisi dari hasil {results}." if results else "Belum ada hasil terdahulu; templat tidak diisi.", err=True
    )
    try:
        output.mkdir(parents=True, exist_ok=True)
        for kode in codes if every or not units else units:
            target = output / template_name(known_reference, kode, tahun)
            write_template(known_reference, kode, tahun, target, known.get(kode))
            click.echo(str(target))
    except OSError as error:
        click.echo(f"Gagal: Folder {output} tidak dapat ditulis: {system_reason(error)}.", err=True)
        return FAILED
    return PUBLISHED


def _results(source: Path | None, output: Path) -> Path | None:
    """The output folder whose last run fills templates: the one named, else one around their own folder, else the setting's."""
    from flows.settings import settings  # noqa: PLC0415

    around = output.absolute()
    setting = settings().output
    places = [source] if source else [around, around.parent, around.parent.parent]
    if setting and not source:
        places.append(settings().place(setting).root)
    found = next((place for place in places if (place / "latest" / "data" / "inovasi.parquet").is_file()), None)
    if source and not found:
        raise click.UsageError(f"Folder {source} tidak berisi hasil yang diterbitkan.")
    return found


def _year_and_reference(year: int | None, reference: Path | None) -> tuple[int, Path]:
    """The year asked for, or the latest with rules that is not in the future; and the reference folder.

    A reference folder that is wrong ends the program with 1; a year without rules is wrong usage.
    """
    from flows.settings import settings  # noqa: PLC0415
    from tasks.reference import WrongReferenceError, load_reference  # noqa: PLC0415

    folder = (reference or settings().reference).resolve()
    known = load_reference(folder)
    year = year or known.current_year(datetime.now(ZoneInfo(known.daerah.zona_waktu)).date())
    try:
        known.rules(year)
    except WrongReferenceError as error:
        raise click.UsageError(str(error)) from None
    return year, folder


def _keep_apart(inbox: str, output: str) -> None:
    """Refuses an output inside of the inbox: the next run would take reports for submissions."""
    from tasks.remote import is_address, local_path  # noqa: PLC0415

    if is_address(inbox) != is_address(output):
        return
    if is_address(inbox):
        inside = f"{output.rstrip('/')}/".startswith(f"{inbox.rstrip('/')}/")
    else:
        inside = local_path(output).resolve().is_relative_to(local_path(inbox).resolve())
    if inside:
        raise click.UsageError(f"Folder hasil {output} berada di dalam folder kiriman {inbox}; pilih folder lain.")


def _absolute(inbox: str) -> str:
    """An inbox as another process finds it too."""
    from tasks.remote import is_address, local_path  # noqa: PLC0415

    return inbox if is_address(inbox) else str(local_path(inbox).resolve())


def _unit(unit: str | None, reference: Path) -> str | None:
    """The code of a unit named by code or name; another is wrong usage."""
    from flows.parameters import UnknownUnitError, unit_code  # noqa: PLC0415
    from tasks.reference import load_reference  # noqa: PLC0415

    try:
        return unit_code(unit, load_reference(reference))
    except UnknownUnitError as error:
        raise click.UsageError(str(error)) from None


def _in_indonesian(error: click.ClickException) -> str:
    """Click's errors of usage in the language of the people who make them."""
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"{error.param.get_error_hint(error.ctx)} belum disebut."
    if isinstance(error, click.NoSuchOption):
        return f"Pilihan {error.option_name} tidak dikenal."
    if isinstance(error, click.BadOptionUsage):
        return f"Pilihan {error.option_name} memerlukan nilai."
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        return f"Perintah {error.message.split(' ', 3)[-1].rstrip('.')} tidak dikenal."
    if type(error) is click.UsageError and error.message.startswith("Got unexpected extra argument"):
        return "Ada isian yang berlebih: " + error.message.partition("(")[2].rstrip(")")
    return error.message


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with its exit code."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    done: list[int] = []
    if arguments is None:  # a process of its own
        atexit.register(_end_at_once, done)  # the first to be registered is the last to run
    done.append(run_command(cli, arguments))
    sys.exit(done[0])


def _end_at_once(done: list[int]) -> None:
    """Ends the process of a command that is done: taking all that it loaded apart would take half a second."""
    if done:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(done[0])


def run_command(command: click.Command, arguments: list[str] | None) -> int:
    """Runs a command; returns its exit code, having said in one sentence what was wrong."""
    try:
        result = command.main(args=arguments, prog_name="inovasi", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        return WRONG_USAGE
    except click.ClickException as error:
        click.echo(f"Galat: {_in_indonesian(error)}", err=True)
        return WRONG_USAGE
    except MendableError as error:
        click.echo(f"Galat: {error}", err=True)
        return FAILED
    except click.Abort:
        click.echo("Dihentikan.", err=True)
        return FAILED
    return int(result or 0)
