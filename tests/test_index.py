"""The index against worked cases and another way to compute it; certainty, history, rewards; inovasi index."""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.cli import EXAMPLE
from schemas.reference import Aturan
from schemas.tables import empty, polars_schema
from tasks.assume import read_assumption
from tasks.history import history
from tasks.index import basic_urusan, index_row, predikat, standing
from tasks.reference import DEFAULT_FOLDER, Reference, load_reference
from tasks.steps import possible_steps, steps
from tests.builder.workbooks import Bukti, Record, Templat
from tests.conftest import GAMBUT, Consolidate, Result, Run, record, workbook

NUMBERS = range(16, 36)
PORTAL = ["No", "Judul Inovasi", "Pemda", "Admin OPD", "Inisiator", "Nama Inisiator", "Bentuk Inovasi", "Jenis", "Asta Cipta",
          "Urusan Utama", "Urusan lain yang beririsan", "Kematangan", "Tahapan Inovasi", "Tanggal Input", "Tanggal Penerapan",
          "Tanggal Pengembangan", "Koordinat", "Video", "Link Video"]  # fmt: skip


# --- worked cases -----------------------------------------------------------------------------------------------------


def folder(to: Path, *spd: str) -> Path:
    """A reference folder of its own, with rows of spd.csv."""
    shutil.copytree(DEFAULT_FOLDER, to)
    (to / "spd.csv").write_text("\n".join(("tahun,nomor,parameter,skor", *spd)) + "\n", encoding="utf-8")
    return to


def parameters(kematangan: float, reference: Reference, tahun: int) -> dict[int, int]:
    """Parameters that amount to a maturity."""
    found, left = {}, kematangan
    for nomor, bobot in reference.indicators(tahun).sort("bobot", descending=True).select("nomor", "bobot").iter_rows():
        found[nomor] = min(3, int(left // bobot))
        left -= found[nomor] * bobot
    assert left == 0
    return found


def innovations(count: int, urusan: int, reference: Reference, **changes: Any) -> list[Record]:
    """Innovations whose main urusan are so many basic-service ones."""
    words = ["alfa", "beta", "gama", "delta", "epsilon", "zeta", "eta"]
    names = basic_urusan(reference)
    return [
        record(f"{words[at % 7]} {words[at // 7 % 7]} {at}", urusan_utama=names[at % urusan], tematik=None, **changes)
        for at in range(count)
    ]


def template(records: Iterable[Record], marks: Mapping[int, int]) -> bytes:
    """The official template with these innovations, each with these parameters."""
    rows = list(records)
    proof = {
        str(row["nama_inovasi"]): [Bukti(nomor, "", mark, "SK.pdf") for nomor, mark in marks.items()] for row in rows
    }
    return Templat(GAMBUT, rows, proof, kode="63.03.03").build().to_bytes()


def own_list(records: Iterable[Record], marks: Mapping[int, int]) -> bytes:
    """A unit's own list with a sheet of indicators."""
    rows = list(records)
    head = [["Unit", "Kecamatan Gambut"], [], ["No", "Nama Inovasi", "Tahapan", "Urusan"]]
    listed = [[at, row["nama_inovasi"], "Penerapan", row["urusan_utama"]] for at, row in enumerate(rows, start=1)]
    marked = [[row["nama_inovasi"], nomor, mark, "SK.pdf"] for row in rows for nomor, mark in marks.items()]
    head_of_marks = [["Nama Inovasi", "Nomor Indikator", "Parameter", "Bukti"]]
    return workbook(head + listed, head_of_marks + marked, names=["Daftar", "Indikator"])  # type: ignore[operator]


CASES = [
    (2023, 40, 20, 70, 6, 47.04, "Inovatif"),
    (2023, 40, 8, 80, 6, 42.82, "Inovatif"),
    (2026, 40, 8, 80, 6, 38.55, "Kurang Inovatif"),
    (2026, 45, 40, 75, 6, 54.08, "Inovatif"),
    (2026, 45, 40, 75, 5, 54.08, "Inovatif"),
    (2026, 45, 40, 75, 4, 48.00, "Inovatif"),
]


@pytest.mark.parametrize(("tahun", "spd", "count", "kematangan", "urusan", "iid", "name"), CASES)
def test_worked_cases(
    consolidate: Consolidate, reference: Reference, tmp_path: Path, tahun: int, spd: int, count: int, kematangan: int,
    urusan: int, iid: float, name: str,
) -> None:  # fmt: skip
    write = template if count == 8 else own_list
    data = write(innovations(count, urusan, reference), parameters(kematangan, reference, tahun))
    found = consolidate({"a.xlsx": data}, tahun=tahun, acuan=folder(tmp_path / "acuan", f"{tahun},total,,{spd}"))
    row = found.indeks.row(0, named=True)
    assert (row["tahun"], row["n"], row["spd"], round(row["iid"], 2), row["predikat"]) == (tahun, count, spd, iid, name)
    assert row["iid_bawah"] == row["iid_atas"] == row["iid"]


def test_everything_at_its_best_is_100(consolidate: Consolidate, reference: Reference, tmp_path: Path) -> None:
    government = reference.indikator.filter((pl.col("tahun") == 2026) & (pl.col("aspek") == "spd"))["nomor"]
    acuan = folder(tmp_path / "acuan", *(f"2026,{nomor},3," for nomor in government))
    data = own_list(innovations(200, 6, reference), dict.fromkeys(NUMBERS, 3))
    found = consolidate({"a.xlsx": data}, tahun=2026, acuan=acuan)
    row = found.indeks.row(0, named=True)
    assert (row["n"], row["spd"], round(row["iid"], 2), row["predikat"]) == (200, 63, 100.00, "Sangat Inovatif")
    assert found.langkah.is_empty()
    assert found.rencana["status"].unique().to_list() == ["tercapai"]


def test_a_worked_case_by_a_real_run(inovasi_run: Run, reference: Reference, tmp_path: Path) -> None:
    acuan = folder(tmp_path / "acuan", "2026,total,,40")
    (tmp_path / "inbox").mkdir()
    data = template(innovations(8, 6, reference), parameters(80, reference, 2026))
    (tmp_path / "inbox" / "a.xlsx").write_bytes(data)
    done = inovasi_run(tmp_path / "inbox", tmp_path / "hasil", "--year", "2026", "--reference", acuan)
    assert done.returncode == 0, done.stderr
    row = pl.read_parquet(tmp_path / "hasil" / "latest" / "data" / "indeks.parquet").row(0, named=True)
    assert (round(row["iid"], 2), row["predikat"]) == (38.55, "Kurang Inovatif")


# --- what is not known, and how sure the rest is ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(consolidate: Consolidate, reference: Reference) -> Result:
    """Three innovations of 2024, one outside of the window, one without indicators; SPD not known."""
    rows = [record("Satu"), record("Dua"), record("Tiga", waktu_penerapan=None, waktu_pengembangan=None)]
    marks = [Bukti(nomor, "", 2, "SK.pdf") for nomor in NUMBERS]
    proof = {"Satu": marks, "Tiga": marks[:3]}
    return consolidate({"a.xlsx": Templat(GAMBUT, rows, proof, kode="63.03.03").build().to_bytes()})


def test_without_spd_the_index_is_a_range(small: Result) -> None:
    row = small.indeks.row(0, named=True)
    assert (row["spd"], row["total"], row["iid"], row["predikat"]) == (None, None, None, None)
    assert row["iid_atas"] - row["iid_bawah"] == pytest.approx(63 / 250 * 100)
    assert row["iid_bawah"] == pytest.approx(((74 + 14) / 10 + 3 * 0.38) / 2.5)
    assert row["keyakinan"] == "perkiraan"
    assert "spd.csv" in row["catatan"]


def test_both_ways_of_counting_are_told(small: Result) -> None:
    row = small.indeks.row(0, named=True)
    assert (row["n"], row["n_alternatif"], row["n_tanpa_kematangan"]) == (3, 2, 1)
    assert row["iid_alternatif_bawah"] == pytest.approx((74 / 10 + 2 * 0.38) / 2.5)
    assert "jendela" in row["arti_alternatif"]


def test_each_uncertain_figure_is_named(small: Result) -> None:
    own = small.aturan.filter(pl.col("tahun") == 2024)
    doubtful = dict(own.filter(~pl.col("pasti")).select("kunci", "keyakinan").iter_rows())
    assert doubtful["pembagi_minimum"] == "andaian"
    assert doubtful["predikat"] == doubtful["bobot_sid"] == "satu sumber"
    assert "Pembagi terkecil (andaian)" in small.indeks["catatan"][0]
    certain = small.aturan.filter(pl.col("tahun") == 2026, pl.col("pasti"))["kunci"].to_list()
    assert {"pembagi_minimum", "skor_per_inovasi", "predikat"} <= set(certain)


def test_an_index_of_certain_figures_is_certain(reference: Reference, tmp_path: Path) -> None:
    known = load_reference(folder(tmp_path / "acuan", "2026,total,,40"))
    inside = known.rules(2026).jendela_penerapan[0]
    rows = pool(known, [(60.0, at % 6) for at in range(12)]).with_columns(waktu_penerapan=pl.lit(inside))
    row = index_row(standing(rows, empty("indikator"), known, 2026), known)
    assert (row["keyakinan"], row["n_alternatif"]) == ("pasti", 12)


def test_next_years_rules_are_projected(small: Result) -> None:
    now, ahead = small.indeks.to_dicts()
    assert (now["cara_hitung"], ahead["cara_hitung"]) == ("dihitung", "proyeksi")
    assert (ahead["tahun"], ahead["pembagi"], ahead["skor_jumlah"]) == (2026, 12, 0)  # one urusan of the five
    assert ahead["ambang_berikut"] == 40.01
    assert "2024" in ahead["catatan"]


SPD = [
    (("2026,1,3,", "2026,2a,2,", "2025,1,3,"), 5.0, "belum ada"),
    (("2026,total,,41.5", "2026,1,3,"), 41.5, "berjumlah 3,00"),
    (("2024,total,,40.25",), None, "tidak diketahui"),
    (("2026,1,3,", "2026,17,3,"), 3.0, "nomor 17"),
]


@pytest.mark.parametrize(("rows", "spd", "told"), SPD)
def test_spd_of_the_reference_folder(tmp_path: Path, rows: tuple[str, ...], spd: float | None, told: str) -> None:
    known = load_reference(folder(tmp_path / "acuan", *rows))
    row = index_row(standing(empty("inovasi"), empty("indikator"), known, 2026), known)
    assert row["spd"] == spd
    assert told in row["catatan"]


def test_a_new_year_is_data(tmp_path: Path) -> None:
    acuan = folder(tmp_path / "acuan", "2027,total,,30")
    rules = (acuan / "aturan_iid.toml").read_text("utf-8")
    added = (
        rules[rules.index("[2026]") :].replace("2026", "2027").replace("pembagi_minimum = 12", "pembagi_minimum = 20")
    )
    (acuan / "aturan_iid.toml").write_text(rules + "\n" + added, encoding="utf-8")
    lines = (acuan / "indikator.csv").read_text("utf-8").splitlines()
    copies = [line.replace("2026", "2027", 1) for line in lines if line.startswith("2026")]
    (acuan / "indikator.csv").write_text("\n".join([*lines, *copies]) + "\n", encoding="utf-8")
    known = load_reference(acuan)
    row = index_row(standing(pool(known, [(100.0, 0)]), empty("indikator"), known, 2027), known)
    assert (row["spd"], row["sid_rata"], row["pembagi"]) == (30, 5, 20)


PREDIKAT = [
    (60.0, "Inovatif"), (60.004, "Inovatif"), (60.005, "Sangat Inovatif"), (34.994, "Kurang Inovatif"), (34.995, "Inovatif"),
    (0, "Tidak Dapat Dinilai"),
]  # fmt: skip


@pytest.mark.parametrize(("iid", "name"), PREDIKAT)
def test_predikat_is_of_the_index_as_published(reference: Reference, iid: float, name: str) -> None:
    assert predikat(reference.rules(2023), iid) == name


# --- maturity from two sides ------------------------------------------------------------------------------------------


def portal(nama: str, kematangan: str) -> bytes:
    """An export of the portal with one innovation."""
    row = ["1", nama, "Kabupaten Banjar", "Kecamatan Gambut (banjarkab.gambut)", "ASN", "Warga", "Inovasi pelayanan publik",
           "Digital", "-", "Kesehatan", "Sosial", kematangan, "Penerapan", "01-03-2023", "06-02-2023", *"----"]  # fmt: skip
    return workbook([PORTAL, row])


def test_a_portals_own_maturity_counts_where_no_indicators_were_sent(consolidate: Consolidate) -> None:
    found = consolidate({"portal.xlsx": portal("Satu", "70")})
    assert found.inovasi["kematangan"].to_list() == [70]
    assert found.indeks["sid_rata"][0] == 7
    assert found.langkah.filter(pl.col("jenis_langkah") == "indikator").is_empty()  # nobody knows its parameters
    assert found.sejarah.filter(pl.col("arti") == "portal")["jumlah"].to_list() == [1]


def test_where_both_exist_the_computed_maturity_counts_and_the_difference_is_told(consolidate: Consolidate) -> None:
    sent = template([record("Satu")], {16: 2, 17: 3})
    found = consolidate({"portal.xlsx": portal("Satu", "70"), "unit.xlsx": sent})
    assert found.inovasi["kematangan"].to_list() == [12]
    (told,) = found.findings("portal.xlsx", "kematangan_berbeda")
    assert (told["tingkat"], told["sel"], told["kolom"], told["nilai"]) == ("peringatan", "L2", "kematangan", "70")
    assert "12" in str(told["pesan"])
    same = consolidate({"portal.xlsx": portal("Satu", "12"), "unit.xlsx": sent})
    assert same.findings(None, "kematangan_berbeda") == []


# --- every gain is the difference of two full computations ------------------------------------------------------------


def pool(reference: Reference, rows: Iterable[tuple[float | None, int]], **more: Any) -> pl.DataFrame:
    """The table inovasi: a maturity (None where indicators tell it) and the place of a basic-service urusan each."""
    names = [*basic_urusan(reference), "Pangan"]
    made = [
        {"id_inovasi": f"i{at}", "kode_unit": f"u{at % 9}", "nama_unit": f"Unit {at % 9}", "nama_inovasi": f"Inovasi {at}",
         "tahapan": "penerapan", "kematangan": kematangan, "urusan_utama": names[urusan], "urusan_beririsan": ["Sosial"]} | more
        for at, (kematangan, urusan) in enumerate(rows)
    ]  # fmt: skip
    blank = {name: pl.lit(None, dtype).alias(name) for name, dtype in polars_schema("inovasi").items()}
    frame = pl.DataFrame(made, schema_overrides={"kematangan": pl.Float64})
    return frame.with_columns(column for name, column in blank.items() if name not in frame.columns)


def by_hand(
    rules: Aturan, spd: float, rows: Mapping[str, tuple[float, str | None]], basic: set[str], more: int = 0
) -> float:
    """The index as the rules say it, without anything of ours: rows are maturity and main urusan."""
    n = len(rows)
    mean = sum(points for points, _ in rows.values()) / max(rules.pembagi_minimum, n)
    covered = len({urusan for _, urusan in rows.values()} & basic) + more
    bonus = rules.skor_per_inovasi * min(n, rules.maksimum_inovasi) if covered >= rules.minimum_urusan_yandas else 0
    return (spd + mean + bonus) / rules.skor_maksimum * 100


@settings(max_examples=6)
@given(
    st.sampled_from([2023, 2024, 2026]),
    st.integers(1, 7),
    st.lists(st.one_of(st.none(), st.lists(st.integers(0, 3), min_size=20, max_size=20)), min_size=69, max_size=69),
)
def test_gains_are_differences_of_full_computations(tahun: int, urusan: int, marks: list[list[int] | None]) -> None:
    reference = load_reference()
    rows = pool(reference, [(None, at % urusan) for at in range(69)])
    sent = [
        (f"i{at}", nomor, mark) for at, own in enumerate(marks) if own for nomor, mark in zip(NUMBERS, own, strict=True)
    ]
    indikator = pl.DataFrame(
        sent, schema={"id_inovasi": pl.String, "nomor": pl.Int64, "parameter": pl.Int64}, orient="row"
    )
    at = standing(rows, indikator, reference, tahun)
    table_of_steps, count = steps(at, possible_steps(at, indikator, empty("komitmen"), reference), reference)
    weights = dict(reference.indicators(tahun).select("nomor", "bobot").iter_rows())
    basic, points = set(basic_urusan(reference)), {f"i{one}": 0.0 for one in range(69)}
    for own, nomor, mark in sent:
        points[own] += weights[nomor] * mark
    now = dict(zip(rows["id_inovasi"], zip(points.values(), rows["urusan_utama"], strict=True), strict=True))
    before = by_hand(at.rules, 0, now, basic)
    assert float(at.parts().iid) == pytest.approx(before, abs=1e-9)
    assert table_of_steps.height == count
    for own, nomor, dari, ke, kind, gain in table_of_steps.select(
        "id_inovasi", "nomor", "dari", "ke", "jenis_langkah", "kenaikan"
    ).iter_rows():
        if kind == "indikator":
            maturity, of = now[own]
            after = by_hand(at.rules, 0, now | {own: (maturity + weights[nomor] * (ke - dari), of)}, basic)
        elif kind == "keluarkan":
            after = by_hand(at.rules, 0, {key: value for key, value in now.items() if key != own}, basic)
        else:
            after = by_hand(at.rules, 0, now, basic, more=1)
        assert gain == pytest.approx(after - before, abs=1e-9)
        assert gain > 0


def test_steps_leave_nothing_out_that_raises_the_index(reference: Reference) -> None:
    rows = pool(reference, [(None, at % 4) for at in range(20)])
    at = standing(rows, empty("indikator"), reference, 2026)
    found, _ = steps(at, possible_steps(at, empty("indikator"), empty("komitmen"), reference), reference)
    kinds = dict(found["jenis_langkah"].value_counts().iter_rows())
    assert kinds == {"indikator": 20 * 20, "urusan": 2}
    assert found["urutan"].to_list() == list(range(1, found.height + 1))
    assert found["kenaikan"].is_sorted(descending=True)
    assert sorted(found["urutan_usaha"]) == found["urutan"].to_list()


def test_a_year_without_indicators_has_no_steps_of_them(reference: Reference) -> None:
    rows = pool(reference, [(None, at % 4) for at in range(20)])
    without = replace(reference, indikator=reference.indikator.clear())
    at = standing(rows, empty("indikator"), without, 2026)
    found, _ = steps(at, possible_steps(at, empty("indikator"), empty("komitmen"), without), without)
    assert "indikator" not in found["jenis_langkah"].to_list()


def test_a_promise_that_nobody_sent_is_a_step(reference: Reference) -> None:
    at = standing(pool(reference, [(50.0, 0)] * 12), empty("indikator"), reference, 2024)
    promised = pl.DataFrame(
        [{"id_inovasi": None, "kode_unit": "u1", "nama_inovasi": "Janji"}], schema_overrides={"id_inovasi": pl.String}
    )
    found, _ = steps(at, possible_steps(at, empty("indikator"), promised, reference), reference)
    (row,) = found.filter(pl.col("jenis_langkah") == "kirim").to_dicts()
    assert row["kenaikan"] == pytest.approx((0.38 + 650 / 13 - 600 / 12) / 2.5)
    assert "Janji" in row["keterangan"]


# --- history and rewards ----------------------------------------------------------------------------------------------


def test_parts_that_do_not_add_up_are_told(small: Result) -> None:
    row = small.sejarah.row(by_predicate=pl.col("tahun") == 2025, named=True)
    assert (row["jumlah"], row["jumlah_bagian"], row["selisih_bagian"]) == (54, 53, 1)
    assert "53" in row["keterangan"]
    assert set(small.sejarah["arti"]) == {"sk", "diluncurkan", "kiriman"}


def test_history_outlives_the_runs_it_was_made_of(small: Result, reference: Reference, tmp_path: Path) -> None:
    tables = {name: small.tables[name].lazy() for name in ("inovasi", "sumber", "berkas")}
    row = small.indeks.row(0, named=True)
    saved = tmp_path / "sejarah.parquet"

    def run(run_id: str, **changes: float) -> list[str]:
        made = history(row | changes, run_id, f"waktu {run_id}", tables, reference, saved)
        made.write_parquet(saved)
        return made.filter(pl.col("sumber") == "hitungan")["run_id"].to_list()

    assert run("satu") == ["satu"]
    assert run("dua") == ["satu"]  # nothing changed
    assert run("tiga", iid_bawah=20.0) == ["satu", "tiga"]
    assert run("empat") == ["satu", "tiga", "empat"]


def test_rewards_add_up_and_name_their_evidence(small: Result) -> None:
    ranked = small.penghargaan
    for _, rows in ranked.group_by("sasaran", "id_inovasi", "kode_unit"):
        assert rows["sumbangan"].sum() == pytest.approx(rows["nilai"][0])
        assert rows["bobot"].sum() == 100
    best = ranked.filter(pl.col("sasaran") == "inovasi", pl.col("urutan") == 1)
    assert best["nama"].unique().to_list() == ["Satu"]
    figures = {row["kriteria"]: (row["angka"], row["bukti"]) for row in best.to_dicts()}
    assert figures["kematangan"][0] == 74
    assert figures["kesejahteraan"][0] == 2
    assert "SK.pdf" in figures["replikasi"][1]
    assert figures["penerima_manfaat"] == (None, None)


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_help_shows_an_assumption_that_can_be_read(inovasi: Run) -> None:
    example = read_assumption(EXAMPLE)
    assert example.batas is not None
    assert example.batas.per_unit == 3
    told = inovasi("index", "--help").stdout
    assert all(line in told for line in EXAMPLE.read_text("utf-8").splitlines())


def test_what_if_on_the_command_line(inovasi: Run, standing: Path, tmp_path: Path) -> None:
    assumption = tmp_path / "andaian.toml"
    nama = pl.read_parquet(standing / "latest" / "data" / "inovasi.parquet")["nama_inovasi"][0]
    assumption.write_text(
        f'spd = 40\nindikator = [{{ inovasi = "{nama}", nomor = 35, parameter = 3 }}]\n'
        'inovasi = [{ nama = "Baru", kematangan = 100 }]\n[batas]\nper_unit = 4\n',
        encoding="utf-8",
    )
    done = inovasi("index", "--output", standing, "--target", "21,2", "--assume", assumption, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["indeks"]["iid"] is None
    assert told["andaian"]["iid"] == pytest.approx((40 + (12 + 100) / 10 + 0.76) / 2.5)
    assert {row["status"] for row in told["rencana"]} == {"terbukti"}
    assert all(row["jumlah_langkah"] <= 4 and row["iid_sesudah"] >= 21.2 for row in told["rencana"])
    shown = inovasi("index", "--output", standing, "--target", "21,2", "--assume", assumption)
    assert "HiGHS" not in shown.stdout
    assert "Terbukti" in shown.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("spd = ", "tidak dapat dibaca"), ("sasaran = 60", "kunci sasaran"), ('keluarkan = ["Bukan Inovasi"]', "Bukan Inovasi"),
        ('indikator = [{inovasi = "x", nomor = 16, parameter = 4}]', "indikator.1.parameter"),
        ('inovasi = [{nama = "x", kematangan = 1, urusan = "Sihir"}]', "Sihir"),
    ],
)  # fmt: skip
def test_a_wrong_assumption_is_wrong_usage(inovasi: Run, standing: Path, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "andaian.toml").write_text(text, encoding="utf-8")
    done = inovasi("index", "--output", standing, "--assume", tmp_path / "andaian.toml")
    assert done.returncode == 2
    assert told in done.stderr


def test_a_year_without_rules_is_refused_with_those_that_have_them(inovasi: Run, standing: Path) -> None:
    done = inovasi("index", "--output", standing, "--year", "2025")
    assert done.returncode == 2
    assert "2023, 2024, 2026" in done.stderr
