"""Gates before publishing: what must hold of a finished run, alone and beside the one before it (gerbang.csv)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tasks.reference import Reference

PASSED, FAILED, NOT_APPLICABLE = "lulus", "gagal", "tidak_berlaku"
Row = dict[str, Any]
Manifest = dict[str, Any]


@dataclass(frozen=True)
class _Run:
    """What a gate looks at: the staged tables, the manifest, and the manifest of the run before of that year, if any."""

    folder: Path
    now: Manifest
    before: Manifest | None

    def table(self, name: str, *columns: str) -> pl.DataFrame:
        """The ``columns`` of a staged table."""
        return pl.read_parquet(self.folder / "data" / f"{name}.parquet", columns=list(columns))


# A gate answers None where it does not apply, else whether it holds and what its sentence is made of.
Answer = tuple[bool, dict[str, Any]] | None


def _units_sending(run: _Run, gate: Row) -> Answer:
    """At least ``batas`` units sent something."""
    sending = run.now["counts"]["unit"]["mengirim"]
    return sending >= gate["batas"], {"sekarang": sending}


def _fewer_innovations(run: _Run, gate: Row) -> Answer:
    """Innovations are at most ``batas`` per cent fewer than in the run before, if that had ``mulai`` of them or more."""
    earlier = run.before["counts"]["inovasi"]["total"] if run.before else 0
    now = run.now["counts"]["inovasi"]["total"]
    if earlier < max(1, gate["mulai"] or 0):
        return None
    fewer = 100 * (earlier - now) / earlier
    return fewer <= gate["batas"], {"sebelum": earlier, "sekarang": now, "nilai": f"{fewer:.0f}"}


def _table_emptied(run: _Run, gate: Row) -> Answer:
    """The table is not empty if it had ``mulai`` rows or more in the run before."""
    earlier = run.before["counts"].get("tabel", {}).get(gate["tabel"], 0) if run.before else 0
    if earlier < max(1, gate["mulai"] or 0):
        return None
    now = run.now["counts"]["tabel"].get(gate["tabel"], 0)
    return now > 0, {"tabel": gate["tabel"], "sebelum": earlier, "sekarang": now}


def _rows_add_up(run: _Run, _: Row) -> Answer:
    """Of every file, rows read are rows accepted and rows rejected."""
    files = run.table("berkas", "berkas", "baris_dibaca", "baris_diterima", "baris_ditolak")
    wrong = files.filter(pl.col("baris_dibaca") != pl.col("baris_diterima") + pl.col("baris_ditolak"))["berkas"]
    return wrong.is_empty(), {"rincian": ", ".join(wrong[:3])}


def _counts_add_up(run: _Run, _: Row) -> Answer:
    """Every total of the manifest is the sum of its parts, and the rows of its table."""
    counts, wrong = run.now["counts"], []
    for name, parts in counts.items():
        if "total" in parts:
            total = sum(value for part, value in parts.items() if part != "total")
            rows = counts["tabel"].get(name, parts["total"])
            wrong += [] if total == parts["total"] == rows else [f"{name}: {parts['total']}, {total}, {rows}"]
    units = counts["unit"]
    if units["mengirim"] + units["belum"] != units["terdaftar"]:
        wrong.append("unit")
    return not wrong, {"rincian": "; ".join(wrong)}


def _commitments_add_up(run: _Run, _: Row) -> Answer:
    """The innovations with a signed commitment are those that the commitments name, and no commitment names another."""
    inovasi, komitmen = run.table("inovasi", "id_inovasi", "status_komitmen"), run.table("komitmen", "id_inovasi")
    named = set(komitmen["id_inovasi"].drop_nulls())
    signed = set(inovasi.filter(pl.col("status_komitmen") == "ditandatangani")["id_inovasi"])
    return named == signed, {"rincian": ", ".join(sorted(named ^ signed)[:3])}


GATES: dict[str, Callable[[_Run, Row], Answer]] = {
    "unit_mengirim": _units_sending,
    "inovasi_turun": _fewer_innovations,
    "tabel_kosong": _table_emptied,
    "baris_berjumlah": _rows_add_up,
    "hitungan_berjumlah": _counts_add_up,
    "komitmen_berjumlah": _commitments_add_up,
}


def check_gates(folder: Path, manifest: Manifest, before: Manifest | None, reference: Reference) -> list[Row]:
    """How each gate of gerbang.csv stands for the run staged in ``folder``: gerbang, hasil, pesan (of those that fail)."""
    run = _Run(folder, manifest, before)
    return [_result(gate, GATES[gate["gerbang"]](run, gate)) for gate in reference.gerbang.iter_rows(named=True)]


def _result(gate: Row, answer: Answer) -> Row:
    name = gate["gerbang"] + (f":{gate['tabel']}" if gate["tabel"] else "")
    if answer is None or answer[0]:
        return {"gerbang": name, "hasil": NOT_APPLICABLE if answer is None else PASSED, "pesan": None}
    batas = f"{gate['batas']:g}" if gate["batas"] is not None else ""
    return {"gerbang": name, "hasil": FAILED, "pesan": gate["pesan"].format(batas=batas, **answer[1])}


def failures(manifest: Manifest) -> list[str]:
    """The gates that failed, each with its sentence."""
    return [f"Gerbang {row['gerbang']}: {row['pesan']}" for row in manifest["gerbang"] if row["hasil"] == FAILED]
