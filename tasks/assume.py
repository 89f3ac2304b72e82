"""What-if: the tables of a run, changed as an assumption says."""

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from schemas.assumption import Andaian
from schemas.tables import empty
from tasks.errors import MendableError
from tasks.reference import Reference
from tasks.text import fold


class WrongAssumptionError(MendableError):
    """The assumption cannot be used; the message is Indonesian."""


def read_assumption(path: Path) -> Andaian:
    """Reads and checks an assumption. Raises ``WrongAssumptionError``."""
    try:
        return Andaian.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongAssumptionError(f"Berkas andaian {path} tidak dapat dibaca: {error}.") from None
    except ValidationError as errors:
        first = errors.errors(include_url=False)[0]
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        known = ", ".join(Andaian.model_fields)
        reason = (
            f"tidak dikenal; yang dikenal: {known}"
            if first["type"] == "extra_forbidden"
            else "tidak sah atau belum ada"
        )
        raise WrongAssumptionError(f"Berkas andaian {path}: kunci {key} {reason}.") from None


def assume(
    tables: dict[str, pl.DataFrame], andaian: Andaian, reference: Reference, tahun: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables inovasi and indikator as they would be. Raises ``WrongAssumptionError``."""
    inovasi, indikator = tables["inovasi"], tables["indikator"]
    gone = [_find(inovasi, name) for name in andaian.keluarkan]
    changed = _changed(inovasi, indikator, andaian, reference, tahun)
    indikator = pl.concat([indikator.join(changed, on=["id_inovasi", "nomor"], how="anti"), changed])
    inovasi = pl.concat([inovasi, _added(andaian, reference, tahun)], how="diagonal_relaxed")
    return inovasi.filter(~pl.col("id_inovasi").is_in(gone)), indikator


def _find(inovasi: pl.DataFrame, name: str) -> str:
    """The identifier of an innovation named by it, or by its name where that is one only."""
    if name in inovasi["id_inovasi"]:
        return name
    named = [own for own, text in inovasi.select("id_inovasi", "nama_inovasi").iter_rows() if fold(text) == fold(name)]
    if len(named) != 1:
        what = f"ada pada {len(named)} unit; sebut id_inovasi-nya" if named else "tidak ada dalam laporan"
        raise WrongAssumptionError(f"Inovasi “{name}” {what}.")
    return str(named[0])


def _changed(
    inovasi: pl.DataFrame, indikator: pl.DataFrame, andaian: Andaian, reference: Reference, tahun: int
) -> pl.DataFrame:
    """The rows of indikator that would be other."""
    weights = dict(reference.indicators(tahun).select("nomor", "bobot").iter_rows())
    ready_made = set(inovasi.filter(pl.col("kematangan").is_not_null())["id_inovasi"]) - set(indikator["id_inovasi"])
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for item in andaian.indikator:
        own = _find(inovasi, item.inovasi)
        if item.nomor not in weights:
            raise WrongAssumptionError(f"Indikator {item.nomor} tidak ada dalam aturan tahun {tahun}.")
        if own in ready_made:
            raise WrongAssumptionError(
                f"Inovasi “{item.inovasi}” hanya punya angka kematangan dari portal; rincian indikatornya tidak diketahui."
            )
        rows[own, item.nomor] = {
            "id_inovasi": own, "nomor": item.nomor, "parameter": item.parameter,
            "skor": weights[item.nomor] * item.parameter, "bukti": None,
        }  # fmt: skip
    return pl.DataFrame(list(rows.values()), schema=indikator.schema)


def _added(andaian: Andaian, reference: Reference, tahun: int) -> pl.DataFrame:
    """Rows of inovasi for those that are not there yet: applied, inside of the window."""
    known = set(reference.urusan["urusan"])
    for item in andaian.inovasi:
        if item.urusan is not None and item.urusan not in known:
            raise WrongAssumptionError(f"Urusan “{item.urusan}” tidak ada dalam urusan.csv.")
    names = dict(reference.unit.select("kode", "nama").iter_rows())
    rows = [
        {"id_inovasi": f"andaian-{at}", "tahun": tahun, "kode_unit": item.unit, "nama_unit": names.get(item.unit, item.unit),
         "nama_inovasi": item.nama, "tahapan": "penerapan", "urusan_utama": item.urusan, "kematangan": item.kematangan,
         "waktu_penerapan": reference.rules(tahun).jendela_penerapan[1]}
        for at, item in enumerate(andaian.inovasi, start=1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=empty("inovasi").schema) if rows else empty("inovasi")
