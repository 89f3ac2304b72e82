"""The report as files: nothing executes, nothing private shows, every link leads somewhere, sums add up."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import orjson
import polars as pl
import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from flows.cli import cli, run_command
from schemas.tables import conform, empty
from tasks.about import attribute
from tasks.render import pictures, rows, write
from tasks.render.figures import sentence
from tasks.render.lists import UNIT_INNOVATIONS
from tasks.render.pages import PAGE_ROWS, RESTLESS, Page
from tasks.render.periods import period_label, period_order
from tasks.render.text import Slugs, cut, excerpt, foreign, mask, masked, people, shorten, stored, web_link
from tasks.render.write import render
from tasks.wording import LOCALE, labels, number
from tests.builder import tables

LABELS = labels()
FOLLOWED = ("komitmen", "monev", "tinjauan", "bersama", "keselarasan", "riwayat_isian")


class Reader(HTMLParser):
    """Ids, links, tags, attributes and visible text of one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.text += " " if tag in {"td", "th"} else ""
        for name, value in attrs:
            self.attributes.append(name)
            if name == "id" and value:
                self.ids.append(value)
            if name in {"href", "src"} and value:
                self.links.append(value)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tables.build(tmp_path_factory.mktemp("rilis") / "run")
    render(folder)
    return folder


@pytest.fixture(scope="module")
def pages(run: Path) -> dict[str, Reader]:
    return {path.relative_to(run).as_posix(): Reader(path.read_text("utf-8")) for path in sorted(run.rglob("*.html"))}


def flat(text: str) -> str:
    return " ".join(text.split())


def test_counts_what_it_writes(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    assert render(folder) == len(list(folder.rglob("*.html")))


def test_every_unit_has_its_page_inside_the_folder(run: Path) -> None:
    units = pl.read_parquet(run / "data" / "unit.parquet")
    names = [path.name for path in (run / "unit").iterdir()]
    assert len(names) == len(units)
    assert {"63.03.05.1010.html", "etc-passwd.html", "etc-passwd-2.html"} <= set(names)


def test_every_relative_link_and_anchor_resolves(run: Path, pages: dict[str, Reader]) -> None:
    assert list(broken(run, pages)) == []


def broken(run: Path, pages: dict[str, Reader]) -> Iterator[str]:
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in {"http", "https", "data"}:
                continue
            target = ((run / name).parent / unquote(parts.path) if parts.path else run / name).resolve()
            inside = not parts.scheme and target.is_relative_to(run.resolve()) and target.is_file()
            anchors = pages[target.relative_to(run.resolve()).as_posix()].ids if inside and parts.fragment else []
            if not inside or (parts.fragment and parts.fragment not in anchors):
                yield f"{name}: {link}"


def test_ids_are_unique(pages: dict[str, Reader]) -> None:
    assert [name for name, page in pages.items() if len(set(page.ids)) != len(page.ids)] == []


def test_hostile_names_are_text(run: Path, pages: dict[str, Reader]) -> None:
    assert all(page.tags.count("script") == 1 for page in pages.values())
    assert not any(name.startswith("on") for page in pages.values() for name in page.attributes)
    assert not any(link.startswith("javascript:") for page in pages.values() for link in page.links)
    page = pages["unit/etc-passwd.html"]
    assert tables.SCRIPT in page.text
    assert any(tables.LONG in page.text for name, page in pages.items() if name.startswith("inovasi/"))
    assert all(tables.LONG not in pages[name].text for name in ("index.html", "inovasi.html", "temuan.html"))


def test_nothing_private_on_any_page(run: Path) -> None:
    secrets = (tables.NIP, tables.PHONE, tables.MAIL, tables.SIGNATORY, tables.INITIATOR)
    whole = "\n".join(path.read_text("utf-8") for path in run.rglob("*.html"))
    assert [secret for secret in secrets if secret in whole] == []
    assert "[NIP]" in whole
    assert "[alamat surel]" in whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("NIP. 197904122006041007", "NIP. [NIP]"),
        ("NIP 19790412 200604 1 007.", "NIP [NIP]."),
        ("NIK 6303051204790001", "NIK [nomor induk]"),
        ("HP 081251234567", "HP [nomor telepon]"),
        ("WA +62 812-5123-4567", "WA [nomor telepon]"),
        ("Telp. (0511) 4721234", "Telp. [nomor telepon]"),
        ("Telp. 0511-4721234", "Telp. [nomor telepon]"),
        ("tulis ke a.b-c@dinkes.banjarkab.go.id ya", "tulis ke [alamat surel] ya"),
        ("Rp 1.250.000.000", "Rp 1.250.000.000"),
        ("63.03.05.1004", "63.03.05.1004"),
        ("06-02-2024 08:15", "06-02-2024 08:15"),
        ("-3.41160; 114.86590", "-3.41160; 114.86590"),
        ("SK 188.45/502/KUM/2022", "SK 188.45/502/KUM/2022"),
        ("20240206123456", "20240206123456"),
        ("baris\x00kedua", "baris\ufffdkedua"),
        (None, ""),
        (12, 12),
    ],
)
def test_mask(text: object, shown: object) -> None:
    assert mask(text) == shown


def test_links_of_strangers() -> None:
    assert web_link("https://contoh.id/a?b=1&c=2") == "https://contoh.id/a?b=1&amp;c=2"
    refused = (
        "javascript:alert(1)",
        "http://a b",
        'https://x.id/"onload=1',
        "//x.id",
        "https://wa.me/6281251234567",
        None,
    )
    assert [web_link(text) for text in refused] == [None] * len(refused)


def test_shortened_text_says_so() -> None:
    assert shorten("a " * 200, 9) == "a a a a…"


def test_slugs_are_harmless_and_unique() -> None:
    slugs = Slugs()
    codes = ("../../x", "..", "", "A/B", "a-b", "CON", "63.03.05.1004", "x" * 300, "<script>")
    names = [str(slugs(code)) for code in codes]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,90}", name) and ".." not in name for name in names)
    assert names[6] == "63.03.05.1004"


def test_the_sum_is_shown_as_a_sum(pages: dict[str, Reader]) -> None:
    text = flat(pages["index.html"].text)
    assert "72 inovasi dari" in text
    sums = re.search(
        r"Dari mana 72 itu (\d+) perangkat daerah .*?\+ (\d+) kelurahan .*?\+ (\d+) puskesmas .*?\+ (\d+) mas", text
    )
    assert sums is not None
    assert [int(part) for part in sums.groups()] == [46, 1, 22, 3]
    assert "= 72 inovasi" in text
    assert "46 perangkat daerah & kecamatan 46 ditandatangani" in text
    assert "= 72 inovasi 46 ditandatangani + 26 belum" in text


def test_totals_of_stage_table_add_up(pages: dict[str, Reader]) -> None:
    text = flat(pages["index.html"].text)
    table = text[text.index("Jumlah inovasi menurut jenis unit") : text.index("Keadaan berkas")]
    rows = [[int(n) for n in row.split()] for row in re.findall(r"[a-z]((?: \d+){5})", table)]
    *parts, total = rows
    assert len(parts) == 5
    assert [sum(column) for column in zip(*parts, strict=True)] == total
    assert all(sum(row[:-1]) == row[-1] for row in rows)
    assert total[-1] == 72


def test_one_square_an_innovation(run: Path) -> None:
    html = (run / "index.html").read_text("utf-8")
    assert len(re.findall(r'<a class="(?:isi|kosong)(?: cacat)?"', html)) == 72
    assert len(re.findall(r'<a class="isi', html)) == 46
    assert len(re.findall(r'<a class="ubin ', html)) == 97


def test_figures_that_disagree_are_shown_not_adjusted(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    manifest["counts"]["inovasi"]["total"] = 54
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest))
    render(folder)
    text = flat(Reader((folder / "index.html").read_text("utf-8")).text)
    assert "inovasi, total: catatan rilis menyebut 54, tabel berisi 72." in text
    assert "72 inovasi dari" in text


def test_figures_that_agree_are_not_questioned(pages: dict[str, Reader]) -> None:
    assert "tidak cocok" not in pages["index.html"].text


def test_a_page_says_when_it_was_made_and_as_of_when_or_where_that_stands(pages: dict[str, Reader]) -> None:
    for name, page in pages.items():
        text = flat(page.text)
        restless = name in RESTLESS
        assert ("Dibuat 24 November 2026 pukul 03.17 WITA" in text) is restless, name
        assert ("Data per 20 November 2026 pukul 09.02 WITA" in text) is restless, name
        assert ("Tanggal dan nomor laporan ini ada di halaman depan" in text) is not restless, name


def test_another_zone(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest | {"zona_waktu": "Asia/Jakarta"}))
    render(folder)
    assert "Dibuat 24 November 2026 pukul 02.17 WIB" in flat(Reader((folder / "index.html").read_text("utf-8")).text)


def test_silent_units_are_named(pages: dict[str, Reader]) -> None:
    text = pages["index.html"].text
    assert "Tanjung Rema Darat: Belum mengirim" in text
    assert "Belum ada kiriman dari unit ini." in pages["unit/63.03.05.1012.html"].text


def test_kinds_of_findings_include_those_not_found(pages: dict[str, Reader]) -> None:
    text = flat(pages["temuan.html"].text)
    assert "Penerapan di luar jendela penilaian di-luar-jendela" in text
    assert "kode-di-luar-jendela" in pages["temuan.html"].ids


def test_files_show_their_reason_and_their_sum(pages: dict[str, Reader]) -> None:
    text = flat(pages["berkas.html"].text)
    assert "Surat, bukan lembar kerja." in text
    dibaca = re.search(r"(\d+) baris diterima \+ (\d+) ditolak = (\d+) baris dibaca", text)
    assert dibaca is not None
    accepted, rejected, read = map(int, dibaca.groups())
    assert accepted + rejected == read


def test_nobody_is_asked_to_mend_a_superseded_file(pages: dict[str, Reader]) -> None:
    assert "Berkasnya sudah digantikan atau duplikat" in pages["temuan.html"].text
    assert "Perbaikan, sel demi sel" not in pages["unit/pkm-2.html"].text


def test_unit_page_links_its_correction_workbook(pages: dict[str, Reader]) -> None:
    linked = [name for name, page in pages.items() if any("koreksi/" in link for link in page.links)]
    assert linked
    assert all(name.startswith("unit/") for name in linked)
    assert "unit/etc-passwd.html" not in linked


def test_only_numbered_workbooks_of_a_unit_are_its_own(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    for name in ("pkm-2-2", "pkm-22-x-2"):
        (folder / "koreksi" / f"{name}.xlsx").write_bytes(b"PK")
    render(folder)
    texts = {path.stem: path.read_text("utf-8") for path in (folder / "unit").iterdir()}
    assert [stem for stem, text in texts.items() if "koreksi/pkm-2-2.xlsx" in text] == ["pkm-2"]
    assert not any("pkm-22-x-2" in text for text in texts.values())


def test_finding_belongs_to_the_innovation_of_its_cell_row_or_sheet() -> None:
    origin = pl.DataFrame(
        {
            "id_inovasi": ["a", "b", "a", "b", "c"],
            "berkas": ["f", "f", "f", "f", "f"],
            "lembar": ["s", "s", "s", "s", "satu"],
            "sel": ["B7", "B8", "A1", "A1", "C4"],
        }
    )
    cases = [
        (("f", "s", "B7"), ["a"]),  # its cell
        (("f", "s", "D8"), ["b"]),  # its row
        (("f", "s", "A1"), None),  # a cell that fed two
        (("f", "s", "Z99"), None),  # a cell of nobody in a sheet of several
        (("f", "s", None), ["a", "b"]),  # the whole sheet
        (("f", "satu", "Z9"), ["c"]),  # a sheet of one innovation
        (("f", None, None), None),  # the whole file
        (("g", "s", "B7"), None),  # another file
    ]
    findings = pl.DataFrame([place for place, _ in cases], schema=["berkas", "lembar", "sel"], orient="row")
    assert attribute(findings, origin).to_list() == [owners for _, owners in cases]


def test_an_empty_inbox_still_makes_a_report(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    for path in (folder / "data").glob("*.parquet"):
        if path.stem != "unit":
            empty(path.stem).write_parquet(path)
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest | {"data_per": None, "counts": {}, "andaian": []}))
    render(folder)
    text = flat(Reader((folder / "index.html").read_text("utf-8")).text)
    assert "0 inovasi dari 0 unit." in text
    assert "Belum ada data" in text
    pages = {path.relative_to(folder).as_posix(): Reader(path.read_text("utf-8")) for path in folder.rglob("*.html")}
    assert list(broken(folder, pages)) == []


def test_a_big_set_stays_useful(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run", many=1_100)
    (folder / "data" / "tinjauan.xlsx").unlink()
    render(folder)
    front = (folder / "index.html").read_text("utf-8")
    assert len(front.encode()) < 500_000
    assert "200 dari" in front
    assert "1.172 inovasi dari" in flat(Reader(front).text)
    listed = [folder / "inovasi.html", folder / "inovasi-2.html"]
    rows = [path.read_text("utf-8").count('data-l="Komitmen"') for path in listed]
    assert rows == [PAGE_ROWS, 1_172 - PAGE_ROWS]
    assert f"Baris {PAGE_ROWS + 1:,}".replace(",", ".") in listed[1].read_text("utf-8")
    pages = {path.relative_to(folder).as_posix(): Reader(path.read_text("utf-8")) for path in folder.rglob("*.html")}
    assert list(broken(folder, pages)) == []


def test_one_unit_with_very_many_is_capped_and_says_so(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    path = folder / "data" / "inovasi.parquet"
    table = pl.read_parquet(path).filter(pl.col("kode_unit") == "opd-1").head(1)
    many = pl.concat([table.with_columns(id_inovasi=pl.lit(f"x-{n}")) for n in range(UNIT_INNOVATIONS + 50)])
    many.write_parquet(path)
    render(folder)
    page = Reader((folder / "unit" / "opd-1.html").read_text("utf-8"))
    assert sum(link.startswith("../inovasi/") for link in page.links) == UNIT_INNOVATIONS
    assert f"{UNIT_INNOVATIONS} dari {UNIT_INNOVATIONS + 50} ditampilkan" in flat(page.text)


# --- promises, returns, decisions, goals --------------------------------------------------------------------------


def only(folder: Path, name: str) -> str:
    return flat(Reader((folder / f"{name}.html").read_text("utf-8")).text)


@pytest.fixture(scope="module")
def unfollowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of submissions alone: no agreement, no returns, no goals, nothing to decide."""
    folder = tables.build(tmp_path_factory.mktemp("rilis") / "run")
    for name in FOLLOWED:
        empty(name).write_parquet(folder / "data" / f"{name}.parquet")
    path = folder / "data" / "inovasi.parquet"
    pl.read_parquet(path).with_columns(status_komitmen=pl.lit("belum")).write_parquet(path)
    render(folder)
    return folder


@pytest.mark.parametrize(
    ("period", "label", "short"),
    [
        ("2024-TW2", "Triwulan II 2024", "TW II 2024"),
        ("2024-S1", "Semester I 2024", "Smt I 2024"),
        ("2024-05", "Mei 2024", "Mei 2024"),
        ("2024-12", "Desember 2024", "Des 2024"),
        ("2024", "Tahun 2024", "Tahun 2024"),
    ],
)
def test_periods_in_words(period: str, label: str, short: str) -> None:
    assert period_label(period, LABELS["periode"]) == label
    assert period_label(period, LABELS["periode_singkat"]) == short


def test_periods_stand_in_the_order_in_which_they_end() -> None:
    right = ["2023", "2024-01", "2024-TW1", "2024-05", "2024-06", "2024-TW2", "2024-S1", "2024-12", "2024-S2", "2024"]
    assert sorted(set(right), key=period_order) == right


def test_promises_and_submissions_add_up(pages: dict[str, Reader]) -> None:
    text = flat(pages["komitmen.html"].text)
    assert (
        "46 ditandatangani 46 perangkat daerah & kecamatan + 26 belum ditandatangani 1 kelurahan + 22 puskesmas" in text
    )
    assert "= 72 inovasi" in text
    assert "46 bertemu kirimannya + 1 disebut lebih dari sekali + 2 belum dikirim = 49 dijanjikan" in text
    assert "Nomor 130/1/PKI/2024, 6 Februari 2024" in text
    assert "Camat" in text
    assert "tidak cocok" not in text


def test_every_number_of_the_reconciliation_has_its_names(run: Path, pages: dict[str, Reader]) -> None:
    text = flat(pages["komitmen.html"].text)
    table = text[text.index("Janji dan kiriman menurut") : text.index("Perjanjian yang terbaca")]
    *parts, total = [[int(n) for n in row.split()] for row in re.findall(r"[a-z]((?: \d+){4})", table)]
    assert [sum(column) for column in zip(*parts, strict=True)] == total == [46, 26, 72, 2]
    assert all(signed + unsigned == sent for signed, unsigned, sent, _ in parts)
    html = (run / "komitmen.html").read_text("utf-8")
    assert [html.count(f'class="janji {state}"') for state in ("ditandatangani", "belum", "hilang")] == [46, 26, 2]
    assert "PASAR TERANG" in text
    assert "Masyarakat <script>" in text


def test_statuses_that_contradict_the_agreement_are_shown(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    path = folder / "data" / "komitmen.parquet"
    pl.read_parquet(path).tail(4).write_parquet(path)
    render(folder)
    assert "Status 44 inovasi tidak sejalan dengan daftar perjanjian." in only(folder, "komitmen")


def test_without_an_agreement_the_report_says_what_to_send(unfollowed: Path) -> None:
    text = only(unfollowed, "komitmen")
    assert "Belum ada daftar komitmen yang terbaca" in text
    assert "semua 72 inovasi dihitung “belum ditandatangani”" in text
    assert "nomor perjanjian, tanggal, penanda tangan, jabatan, unit, dan nama inovasi" in text
    assert "Daftar perjanjian belum terbaca" in only(unfollowed, "index")


def test_matrix_and_silent_innovations_agree_with_the_returns(run: Path, pages: dict[str, Reader]) -> None:
    text = flat(pages["monev.html"].text)
    returns = pl.read_parquet(run / "data" / "monev.parquet")
    innovations = pl.read_parquet(run / "data" / "inovasi.parquet")
    issued = set(innovations.filter(pl.col("tahapan") == "penerapan")["id_inovasi"])
    recent = set(returns.filter(pl.col("periode").is_in(["2024-TW3", "2024-TW4"]))["id_inovasi"])
    assert f"{len(issued & recent)} dari {len(issued)} inovasi penerapan dilaporkan" in text
    assert f"{len(issued - recent)} inovasi penerapan tanpa laporan" in text
    assert "Periode terakhir yang terbaca: Triwulan III 2024 dan Triwulan IV 2024." in text
    by_period = dict(returns.group_by("periode").agg(pl.len()).iter_rows())
    shown = re.search(r"Inovasi dilaporkan((?: \d+)+)", text)
    assert shown is not None
    assert [int(n) for n in shown[1].split()] == [by_period[period] for period in tables.PERIODS]
    people = dict(returns.group_by("periode").agg(pl.col("penerima_manfaat").sum()).iter_rows())
    assert f"Penerima manfaat {people['2023']:,}".replace(",", ".") in text
    assert "dikembangkan lebih lanjut" in text


def test_time_line_shows_each_return_newest_first(pages: dict[str, Reader]) -> None:
    text = flat(pages["monev.html"].text)
    line = text[text.index("Garis waktu setiap inovasi") :]
    whole = [
        line.index(word, line.index("Triwulan IV 2024")) for word in ("Triwulan III 2024", "Semester I", "Mei 2024")
    ]
    assert whole == sorted(whole)
    assert "3 laporan sebelumnya" in line
    assert "Kendala: Jaringan sering putus. Hubungi [nomor telepon]." in line
    assert "Tindak lanjut: Memasang antena bersama Diskominfo." in line


def test_without_returns_the_report_says_what_to_send(unfollowed: Path) -> None:
    text = only(unfollowed, "monev")
    assert "Belum ada laporan monev yang terbaca" in text
    assert "34 inovasi penerapan tanpa laporan" in text
    assert "progres, jumlah penerima manfaat, kendala, tindak lanjut" in text
    assert "Laporan berkala belum terbaca" in only(unfollowed, "index")


def test_many_periods_show_the_newest(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    path = folder / "data" / "monev.parquet"
    one = pl.read_parquet(path).head(1)
    months = [f"2024-{month:02}" for month in range(1, 13)]
    conform("monev", pl.concat([one.with_columns(periode=pl.lit(month)) for month in months])).write_parquet(path)
    render(folder)
    text = only(folder, "monev")
    assert "8 periode terbaru dari 12" in text
    assert "Dipantau Mei 2024 Jun 2024" in text


def test_pairs_stand_side_by_side_with_the_way_to_decide(run: Path, pages: dict[str, Reader]) -> None:
    page = pages["tinjauan.html"]
    text = flat(page.text)
    assert "3 pasangan menunggu keputusan" in text
    assert page.tags.count("article") == 3
    assert "data/tinjauan.xlsx" in page.links
    assert "Isi kolom “keputusan” dengan sama atau beda." in text
    assert "Simpan sebagai keputusan.xlsx di folder acuan." in text
    assert "kiriman/Kecamatan Kertak Hanyar.xlsx" in text
    assert "1 inovasi dimiliki beberapa unit" in text
    assert "Kelas Baduta Canting 6 " in text
    (pair, *_) = pl.read_parquet(run / "data" / "tinjauan.parquet").to_dicts()
    unit = pages[f"unit/{pair['kode_unit']}.html"]
    assert any("tinjauan.html#p-" in link for link in unit.links)


def test_a_review_list_that_was_not_written_is_not_linked(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    (folder / "data" / "tinjauan.xlsx").unlink()
    render(folder)
    page = Reader((folder / "tinjauan.html").read_text("utf-8"))
    assert "data/tinjauan.xlsx" not in page.links
    assert "data/tinjauan.xlsx di folder laporan ini" in flat(page.text)


def test_goals_covered_and_uncovered_add_up(pages: dict[str, Reader]) -> None:
    text = flat(pages["keselarasan.html"].text)
    assert "5 dari 7 tujuan didukung inovasi, 2 belum" in text
    sums = re.search(r"(\d+) mendukung .*? \+ (\d+) menyebut .*? \+ (\d+) tidak menyebut tujuan = (\d+) inovasi", text)
    assert sums is not None
    *parts, total = map(int, sums.groups())
    assert sum(parts) == total == 72
    assert "Menjaga kehidupan beragama dan berbudaya*" in text
    assert "3 rumusan tujuan masih harus dicocokkan" in text
    assert "Daftar Indikator Kinerja Utama belum diisi." in text
    assert "12 inovasi tidak menyebut tujuan" in text


def test_without_goals_or_pairs_the_pages_say_so(unfollowed: Path) -> None:
    assert "Belum ada daftar tujuan untuk dibandingkan 60 menyebut tujuan + 12 tidak" in only(unfollowed, "keselarasan")
    assert "Tidak ada pasangan yang menunggu keputusan" in only(unfollowed, "tinjauan")
    pages = {
        path.relative_to(unfollowed).as_posix(): Reader(path.read_text("utf-8")) for path in unfollowed.rglob("*.html")
    }
    assert list(broken(unfollowed, pages)) == []


def test_unit_page_shows_promises_returns_and_history(pages: dict[str, Reader]) -> None:
    text = flat(pages["unit/63.03.02.html"].text)
    assert "4 inovasi dijanjikan" in text
    assert "Nomor 130/1/PKI/2024, 6 Februari 2024 Camat" in text
    assert "Laporan monev menurut periode" in text
    assert "Triwulan IV 2024 1 dari 4" in text
    assert "Tahapan Uji coba Penerapan kiriman/Kecamatan Kertak Hanyar.xlsx" in text
    assert "Waktu penerapan kosong 6 Februari 2023" in text
    assert "Lalu dilaporkan setiap bulan." in text
    assert "nama_inisiator" not in text
    assert "1 inovasi dijanjikan, 1 belum dikirim" in flat(pages["unit/opd-30.html"].text)
    assert any("Dimiliki juga oleh 5 unit lain" in flat(page.text) for page in pages.values())


def test_a_change_is_shown_where_it_begins() -> None:
    before, after = "sama " * 100 + "lama " * 50, "sama " * 100 + "baru " * 50
    assert "lama" in excerpt(before, after, 60)
    assert excerpt(after, before, 60).startswith("…sama")
    assert excerpt(before, before, 60) == shorten(before, 60)
    assert excerpt("pendek", None) == "pendek"
    assert excerpt(f"awal {tables.MAIL} akhir", "awal") == "awal [alamat surel] akhir"


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        ("tahapan", "uji_coba", "Uji coba"),
        ("waktu_penerapan", "2024-02-06", "6 Februari 2024"),
        ("waktu_penerapan", "Februari", "Februari"),
        ("anggaran", "1250000", "Rp 1.250.000"),
        ("anggaran", "1250000.0", "Rp 1.250.000"),
        ("anggaran", "nihil", "nihil"),
        ("lintang", "-3.4116", "-3,41160"),
        ("misi", "misi", "misi"),
        ("tujuan", None, None),
    ],
)
def test_saved_values_in_words(column: str, text: str | None, shown: str | None) -> None:
    assert stored(text, column, LABELS) == shown


# --- an innovation's own page -------------------------------------------------------------------------------------


def own_pages(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in (folder / "inovasi").iterdir()}


def test_every_innovation_has_its_page_with_the_cell_of_each_value(run: Path, pages: dict[str, Reader]) -> None:
    table = pl.read_parquet(run / "data" / "inovasi.parquet")
    assert len(own_pages(run)) == table.height
    row = table.filter(pl.col("kematangan").is_not_null() & (pl.col("kode_unit") == "63.03.02")).row(0, named=True)
    place = int(row["id_inovasi"].rpartition("-")[2]) + 7
    text = flat(pages[f"inovasi/{row['id_inovasi']}.html"].text)
    assert (
        "Dibaca dari kiriman/Kecamatan Kertak Hanyar.xlsx, lembar Daftar Inovasi; namanya di sel B" + str(place) in text
    )
    assert f"Tahapan Penerapan C{place}" in text
    assert "Kematangan 57,2 dari 111" in text
    assert "18 Indikator ke-18 2 6,0 Syarat 3" in text
    assert "Garis waktu" in text


def test_time_line_runs_forward(pages: dict[str, Reader]) -> None:
    lines = [flat(page.text) for name, page in pages.items() if name.startswith("inovasi/")]
    whole = next(text for text in lines if "Laporan monev" in text and "Komitmen ditandatangani" in text)
    line = whole[whole.index("Garis waktu") :]
    assert line.index("Uji coba") < line.index("Penerapan") < line.index("6 Februari 2024 Komitmen ditandatangani")


def test_names_of_persons_are_hidden_wherever_they_stand(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    path = folder / "data" / "inovasi.parquet"
    table = pl.read_parquet(path)
    names = ["Gt. Wahyu Pratama, S.Kom", "Dinas Kesehatan", *[None] * (table.height - 2)]
    texts = ["Digagas wahyu pratama bersama Dinas Kesehatan", *table["tujuan"][1:]]
    table = table.with_columns(pl.Series("nama_inisiator", names), pl.Series("tujuan", texts))
    renamed = {table["id_inovasi"][0]: "2024-opd-1-layanan-wahyu-pratama"}
    for name in ("inovasi", "asal", "indikator", "monev", "komitmen", "riwayat_isian"):
        other = folder / "data" / f"{name}.parquet"
        frame = table if name == "inovasi" else pl.read_parquet(other)
        frame.with_columns(pl.col("id_inovasi").replace(renamed)).write_parquet(other)
    render(folder)
    whole = "".join(path.read_text("utf-8") + str(path) for path in folder.rglob("*.html")).lower()
    assert "wahyu" not in whole
    assert "Digagas [nama orang] bersama Dinas Kesehatan" in "".join(own_pages(folder).values())


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("H. Zulkipli Rahmadi, M.AP", ["H. Zulkipli Rahmadi, M.AP", "H. Zulkipli Rahmadi", "Zulkipli Rahmadi"]),
        ("Komisi IV DPRD", []),
        ("Rahmadi", []),
        ("Tim 5", []),
        (None, []),
    ],
)
def test_persons(name: str | None, hidden: list[str]) -> None:
    assert people([name], LABELS["bukan_orang"]) == hidden


HOSTILE = st.one_of(
    st.none(),
    st.text(),
    st.text("<>&\"'/ \n\t\u00a0\u2003\u202e😀a.:5-", max_size=300),
    st.sampled_from(
        (tables.SCRIPT, tables.LONG, tables.NIP, "https://x.id/[NIP]", "&amp;<b>", "\u202eabc\u2066", "😀" * 200)
    ),
    st.text("ab5/?#%&'<\"é @.", max_size=30).map("https://x.id/".__add__),
)


@pytest.mark.parametrize(("count", "words"), [(3, 2), (400, 60), (3000, 2)])
def test_persons_are_hidden_however_many_and_however_long(count: int, words: int) -> None:
    """More than one pattern can hold: somebody writes a whole committee, with all their degrees, into one cell."""
    called = ["".join("abcdefghij"[int(digit)] for digit in f"{number:05}") for number in range(count)]
    persons = people([f"Siti Nur{name}, {'M.Si, ' * words}" for name in called], [])
    assert len(persons) >= count
    texts = [f"Digagas oleh {person.upper()} sendiri" for person in persons[:5]] + ["Digagas bersama"]
    shown = masked(pl.DataFrame({"teks": texts}), persons)["teks"]
    assert not [text for text in shown if "SITI" in text]
    assert shown[-1] == "Digagas bersama"


@given(st.lists(HOSTILE, min_size=1), st.integers(2, 200))
def test_columns_are_escaped_and_cut_as_single_values_are(texts: list[str | None], length: int) -> None:
    shown = masked(pl.DataFrame({"teks": texts}, schema={"teks": pl.String}), [])
    column = pl.col("teks")
    made = shown.select(
        escaped=rows.escaped(column),
        cut=rows.cut(column, length),
        bdi=rows.bdi(column, length),
        link=rows.links(shown["teks"]),
    )
    for text, row in zip(shown["teks"], made.to_dicts(), strict=True):
        assert row["escaped"] == (None if text is None else str(Markup.escape(text)))
        assert row["cut"] == str(cut(text, length))
        assert row["bdi"] == str(foreign(text, length))
        assert row["link"] == web_link(text)


# --- index, steps, rewards, kecamatan, history --------------------------------------------------------------------


def test_the_front_page_answers_first_and_marks_what_is_unsure(pages: dict[str, Reader]) -> None:
    text = flat(pages["index.html"].text)
    assert "Perkiraan indeks antara 16,7 dan 41,9*: kurang sedikitnya 18,1 poin menuju target 60." in text
    assert "Lima langkah yang paling membantu +0,050 " in text
    assert "Inovasi 1 baru 2 diubah 1 ditarik" in text
    assert "indeks.html#catatan" in pages["index.html"].links


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"iid": 57.64, "selisih": 2.36, "target": 60.0}, "Perkiraan indeks 57,6|kurang 2,4 poin menuju target 60"),
        (
            {"iid": 61.0, "selisih": -1.0, "target": 60.0, "predikat": "Sangat Inovatif"},
            "Perkiraan indeks 61,0|target 60 tercapai, Sangat Inovatif",
        ),
        ({"iid": None, "target": 20.0}, "Perkiraan indeks antara 16,7 dan 41,9|target 20 di dalam rentang"),
        ({"iid": None, "target": 10.0}, "Perkiraan indeks antara 16,7 dan 41,9|target 10 tercapai"),
        ({"n": 0}, None),
    ],
)
def test_the_answer_in_one_sentence(run: Path, figures: dict[str, float | str | None], said: str | None) -> None:
    (index,) = pl.read_parquet(run / "data" / "indeks.parquet").to_dicts()
    told = sentence(index | figures)
    assert (told and "|".join(told)) == said


def test_index_page_shows_range_parts_and_figures_that_do_not_add_up(run: Path, pages: dict[str, Reader]) -> None:
    text = flat(pages["indeks.html"].text)
    assert "Indeks 16,66 41,86 Kurang Inovatif sampai Inovatif" in text
    assert "bagiannya berjumlah 53, bukan 54" in text
    assert "Pembagi terkecil 10 andaian*" in text
    assert "54 dari 72 inovasi belum punya kematangan" in text
    html = (run / "indeks.html").read_text("utf-8")
    assert html.count('role="img"') == 3
    assert "2023: 57,64" in html
    assert "var(--aksen)" in html


def test_steps_plan_and_rewards(pages: dict[str, Reader]) -> None:
    text = flat(pages["langkah.html"].text)
    assert "30 langkah menaikkan indeks" in text
    assert "Terbukti paling sedikit: 30 langkah, indeks 20,00 menjadi 60,10" in text
    ranks = flat(pages["penghargaan.html"].text)
    assert "Kematangan (50) Manfaat (50) Nilai" in ranks
    assert "14,5 14,5 29,0" in ranks


def test_kecamatan_add_up(run: Path, pages: dict[str, Reader]) -> None:
    text = flat(pages["kecamatan.html"].text)
    sums = re.search(r"(\d+) dari unit di kecamatan \+ (\d+) dari unit tingkat kabupaten = 72 inovasi", text)
    assert sums is not None
    inside, outside = map(int, sums.groups())
    assert inside + outside == 72
    assert (run / "kecamatan.html").read_text("utf-8").count('class="petak') == 20


def test_what_changed_stands_with_its_rows(pages: dict[str, Reader]) -> None:
    text = flat(pages["riwayat.html"].text)
    assert "1 inovasi baru, 2 diubah, 1 ditarik" in text
    assert "Dibandingkan dengan laporan 23 November 2026 pukul 03.17 WITA." in text
    assert "Unit: tahapan" not in text
    assert "3 laporan" in text
    assert "nama_inisiator" not in text


def test_a_run_of_an_earlier_version_can_be_rendered(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    for name in (
        "indeks",
        "langkah",
        "rencana",
        "langkah_rencana",
        "penghargaan",
        "sejarah",
        "aturan",
        "peta",
        "daftar_indikator",
    ):
        (folder / "data" / f"{name}.parquet").unlink()
    for path in (folder / "jejak").iterdir():
        path.unlink()
    render(folder)
    assert "72 inovasi dari" in flat(Reader((folder / "index.html").read_text("utf-8")).text)
    found = {path.relative_to(folder).as_posix(): Reader(path.read_text("utf-8")) for path in folder.rglob("*.html")}
    assert list(broken(folder, found)) == []


@given(st.floats(-1e12, 1e12) | st.integers(-(10**15), 10**15), st.integers(0, 5))
def test_numbers_are_written_as_babel_writes_them(value: float, digits: int) -> None:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    assert number(value, digits) == format_decimal(value, format=pattern, locale=LOCALE)


# --- rendering again ----------------------------------------------------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that are rendered from now on, as they come."""
    made: list[str] = []
    whole = write.made

    def noted(page: Page) -> bytes:
        made.append(page.path)
        return whole(page)

    monkeypatch.setattr(write, "made", noted)
    return made


def test_a_night_in_which_nothing_changed_renders_nothing_and_looks_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tables.build(tmp_path / "kemarin")
    fresh, reused = (tables.build(tmp_path / name, finished="2026-11-25T03:17:00+08:00") for name in ("baru", "ulang"))
    for folder in (run, fresh, reused):  # as compared with a run that was the same
        path = folder / "jejak" / "perubahan.parquet"
        still = pl.read_parquet(path).filter(pl.col("perubahan") == "masih")
        still.write_parquet(path)
    for folder in (run, fresh):
        render(folder)
    made = recorded(monkeypatch)
    render(reused, run)
    assert made == []
    assert files(reused) == files(fresh)
    carried = "inovasi/63.03.01-11.html"
    assert (reused / carried).samefile(run / carried)
    assert "25 November 2026" in (reused / "index.html").read_text("utf-8")
    assert "25 November 2026" in (reused / "aset" / "laporan.js").read_text("utf-8")


def test_a_page_that_two_runs_share_is_not_changed_in_one_of_them(tmp_path: Path) -> None:
    before = tables.build(tmp_path / "kemarin")
    render(before)
    kept = files(before)
    after = tables.build(tmp_path / "ulang")
    render(after, before)
    changed = _first_progress(after, "Selesai dua kali.")
    assert (after / "inovasi" / f"{changed}.html").samefile(before / "inovasi" / f"{changed}.html")
    render(after)
    assert "Selesai dua kali." in (after / "inovasi" / f"{changed}.html").read_text("utf-8")
    assert files(before) == kept


def _first_progress(folder: Path, said: str) -> str:
    """Changes what the first return of monitoring in a run's tables says; the innovation that it is of."""
    path = folder / "data" / "monev.parquet"
    table = pl.read_parquet(path)
    first = pl.int_range(pl.len()) == 0
    table.with_columns(progres=pl.when(first).then(pl.lit(said)).otherwise("progres")).write_parquet(path)
    return str(table["id_inovasi"][0])


def test_only_what_changed_is_rendered_and_all_is_as_if_it_were_all(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, reused = (tables.build(tmp_path / name, finished="2026-11-25T03:17:00+08:00") for name in ("baru", "ulang"))
    changed, _ = (_first_progress(folder, "Selesai.") for folder in (fresh, reused))
    render(fresh)
    made = recorded(monkeypatch)
    render(reused, run)
    assert [name for name in made if name.startswith("inovasi/")] == [f"inovasi/{changed}.html"]
    assert len([name for name in made if name.startswith("unit/")]) == 1
    assert files(reused) == files(fresh)


KEYS = ("id_inovasi", "kode_unit", "kiri", "kanan", "kode", "run_id", "tahun", "sumber", "tingkat", "rencana")
REGISTERS = ("inovasi", "unit", "berkas", "katalog")  # whose rows others name
CHANGED = sorted(
    {"inovasi", "indikator", "asal", "temuan", "unit", "berkas", "katalog", "langkah", "penghargaan", *FOLLOWED}
)


def _change(folder: Path, table: str, row: int, column: int, other: int | None) -> None:
    """Gives a cell of a table what another row has there; without another row, takes the row away."""
    path = folder / "data" / f"{table}.parquet"
    frame = pl.read_parquet(path)
    place, columns = row % frame.height, [name for name in frame.columns if name not in KEYS]
    if other is None:
        frame = frame.filter(pl.int_range(pl.len()) != place)
    else:
        name = columns[column % len(columns)]
        value = pl.col(name).gather(other % frame.height)
        frame = frame.with_columns(pl.when(pl.int_range(pl.len()) == place).then(value).otherwise(name).alias(name))
    frame.write_parquet(path)


@settings(max_examples=6)
@given(st.sampled_from(CHANGED), *(st.integers(0, 999),) * 2, st.none() | st.integers(0, 999))
def test_whatever_changes_the_report_is_as_if_it_were_all_rendered(
    run: Path, tmp_path_factory: pytest.TempPathFactory, table: str, row: int, column: int, other: int | None
) -> None:
    fresh, reused = (tables.build(tmp_path_factory.mktemp("rilis") / "run") for _ in range(2))
    for folder in (fresh, reused):
        _change(folder, table, row, column, 0 if other is None and table in REGISTERS else other)
    render(fresh)
    render(reused, run)
    assert files(reused) == files(fresh)


def test_of_a_long_list_only_pages_whose_rows_changed_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables.build(tmp_path / "kemarin", many=2_100)
    fresh, reused = (tmp_path / name for name in ("baru", "ulang"))
    for folder in (fresh, reused):
        shutil.copytree(before, folder)
        path = folder / "data" / "inovasi.parquet"
        table = pl.read_parquet(path)
        last = pl.col("id_inovasi") == table.sort("kode_unit")["id_inovasi"][-1]
        table.with_columns(
            urusan_utama=pl.when(last).then(pl.lit("Urusan lain")).otherwise("urusan_utama")
        ).write_parquet(path)
    for folder in (before, fresh):
        render(folder)
    made = recorded(monkeypatch)
    render(reused, before)
    pages = [path for path in made if re.fullmatch(r"(inovasi|temuan|langkah|berkas|unit)(-\d+)?\.html", path)]
    assert len(list(before.glob("inovasi*.html"))) == 3
    assert len(pages) == 1
    assert files(reused) == files(fresh)


def test_sums_of_commitments_stand_on_the_first_page_alone(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run", many=1_100)
    render(folder)
    first, second = ((folder / name).read_text("utf-8") for name in ("komitmen.html", "komitmen-2.html"))
    assert 'id="j-jumlah"' in first
    assert 'id="j-jenis"' in first
    assert 'id="j-jumlah"' not in second
    assert 'id="daftar"' in second


def test_what_a_chart_looks_like_is_said_once_whatever_it_shows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pictures, "compiled", lambda: tmp_path)
    rows = [{"pita": "0–9", "n": 3, "dari": 0}]

    def drawn(n: int) -> str:
        folder = tmp_path / f"run {n}"
        folder.mkdir()
        return str(pictures.Pictures(folder, None)("indeks", "uji", [rows[0] | {"n": n}], "Uji.", pictures.maturity))

    first = drawn(3)
    kept = [path.name for path in tmp_path.glob("bagan-*.json")]
    monkeypatch.setitem(sys.modules, "altair", None)
    assert len(kept) == 1
    assert ">3<" in first
    assert ">4<" in drawn(4)


def test_pages_of_the_run_before_that_were_lost_or_spoilt_are_rendered(run: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "kemarin"
    shutil.copytree(run, earlier)
    lost, spoilt = sorted((earlier / "inovasi").iterdir())[:2]
    lost.unlink()
    spoilt.write_text("<title>rusak")
    folder = tables.build(tmp_path / "ulang")
    render(folder, earlier)
    assert files(folder) == files(run)


def test_rendering_again_writes_only_what_differs(tmp_path: Path) -> None:
    folder = tables.build(tmp_path / "run")
    render(folder)
    for path in folder.rglob("*.html"):
        os.utime(path, (1, 1))
    (folder / "panduan.html").write_text("rusak")
    (folder / "inovasi" / "lama.html").write_text("tinggalan")
    render(folder)
    touched = {path.name for path in folder.rglob("*.html") if path.stat().st_mtime != 1}
    assert touched == {"panduan.html"}
    assert not (folder / "inovasi" / "lama.html").exists()


def test_a_report_is_made_again_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tables.build(tmp_path / "hasil" / "runs" / "a")
    assert run_command(cli, ["report", str(folder)]) == 0
    assert str(folder / "index.html") in capsys.readouterr().out
    first = files(folder)
    (folder / "index.html").unlink()
    assert run_command(cli, ["report", "a", "--output", str(tmp_path / "hasil")]) == 0
    assert files(folder) == first


@pytest.mark.parametrize("words", [["tiada"], ["tiada", "--output", "."], [".."], ["."]])
def test_no_such_run(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(cli, ["report", *words]) == 2
    assert f"Rilis {words[0]} tidak ada" in capsys.readouterr().err
