"""What earlier runs read, by content: a file whose bytes were read before is not opened again.

A reading is the frames of files one after another (``tasks.read.sheets``, and their typed cells), tables and records numbered
on. Tonight's is put together of pieces of earlier nights' and of what was read anew, numbers shifted; it is what reading all
files would give, row by row. What a night read is kept beside what others read, and when that has become much, all that the
inbox holds is written as one: so what is kept is bounded by what the inbox holds. It counts only for the same code, limits
and words (its ``sidik``); what is damaged is read anew.
"""

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import orjson
import polars as pl

from tasks.durable import share, stamps, sync_tree
from tasks.read.cluster import code_digest
from tasks.read.limits import Limits
from tasks.read.pool import PASSING
from tasks.read.sheets import add_part
from tasks.reference import Reference
from tasks.vocabulary import Vocabulary

FOLDER = "bacaan"
KEYS = {
    "buku": "berkas", "tabel": "berkas", "catatan": "berkas", "konteks": "tabel", "rekaman": "tabel", "isi": "rekaman",
    "isi_indikator": "rekaman", "temuan_parse": "rekaman",
}  # fmt: skip
CELLS = ("isi", "isi_indikator", "temuan_parse")  # frames that are large
SURROUNDINGS = tuple(name for name in KEYS if name not in CELLS)
ROWS_OF_PART = 500_000
CHECK = "periksa.json"  # the stamp of each file of a reading
MOST_READINGS = 8  # that are kept beside one another
_log = logging.getLogger(__name__)


def sidik(reference: Reference, vocabulary: Vocabulary, limits: Limits) -> str:
    """A digest of all that a reading depends on besides the files."""
    words = [vocabulary.to_json(), reference.kosakata.model_dump(mode="json"), reference.profil.to_dicts()]
    return hashlib.sha256(orjson.dumps([code_digest(), asdict(limits), words])).hexdigest()


@dataclass(frozen=True)
class Reading:
    """The frames of ``files`` (berkas, sha256) in ``folder``; ``first`` has for each frame the first row of each file."""

    folder: Path
    files: pl.DataFrame
    first: dict[str, list[int]]

    def frame(self, name: str) -> pl.LazyFrame:
        """A frame, rows of a file together and in the order of ``files``."""
        return _scan(self.folder, name)

    @classmethod
    def of(cls, files: pl.DataFrame, folder: Path, names: Iterable[str]) -> "Reading":
        """The reading that the frames in ``folder`` are."""
        numbered = files.select("berkas").with_row_index("_berkas")
        numbers, first = _numbers(files, _scan(folder, "tabel").collect(), _scan(folder, "rekaman").collect()), {}
        for name in names:
            key = KEYS[name]
            rows = _scan(folder, name).select(key).collect()
            known = numbers.get(key)
            joined = rows.join(numbered, on=key, how="left", maintain_order="left") if known is None else rows
            of_row = joined["_berkas"] if known is None else known.gather(rows[key])
            assert of_row.is_sorted()  # else rows would be taken for those of another file
            first[name] = of_row.search_sorted(pl.int_range(files.height + 1, dtype=pl.UInt32, eager=True)).to_list()
        return cls(folder, files.select("berkas", "sha256"), first)

    @classmethod
    def load(cls, place: Path) -> "Reading | None":
        """The reading kept in ``place``, if it is whole."""
        try:
            if orjson.loads((place / CHECK).read_bytes()) != _stamps(place):
                raise OSError("its files are not those that were written")
            letak = pl.read_parquet(place / "letak.parquet")
        except (OSError, ValueError, pl.exceptions.PolarsError) as error:
            _log.warning("what an earlier run read is damaged, its files are read anew: %s", error)
            return None
        return cls(place, letak[:-1].select("berkas", "sha256"), {name: letak[name].to_list() for name in KEYS})

    def save(self, place: Path) -> None:
        """Keeps the reading, whose frames are in ``folder``, in ``place``."""
        for name in KEYS:
            share(self.folder / f"{name}.parquet", place / f"{name}.parquet")
        _seal(place, self.files, self.first)

    @cached_property
    def lasting(self) -> pl.DataFrame:
        """The files that another night would find the same in."""
        passing = self.frame("buku").filter(pl.col("kode").is_in(PASSING)).collect()
        return self.files.join(passing, on="berkas", how="anti", maintain_order="left")


@dataclass(frozen=True)
class Memory:
    """The readings kept in ``place``, older ones first."""

    place: Path
    readings: list[Reading]

    @classmethod
    def load(cls, folder: Path, digest: str) -> "Memory":
        """What is kept in ``folder`` for ``digest`` and is whole."""
        place = folder / digest
        return cls(place, [reading for path in _kept(place) if (reading := Reading.load(path))])

    @cached_property
    def pieces(self) -> dict[str, dict[str, "_Piece"]]:
        """Where each content is to be found, by the names that files of it had: of what was read twice, the later one counts."""
        found: dict[str, dict[str, _Piece]] = {}
        for reading in self.readings:
            numbers = {berkas: number for number, berkas in enumerate(reading.files["berkas"])}
            for berkas, sha256 in reading.lasting.iter_rows():
                found.setdefault(sha256, {})[berkas] = _Piece(reading, numbers[berkas], numbers[berkas] + 1)
        return found

    def unknown(self, files: pl.DataFrame) -> pl.DataFrame:
        """Of ``files`` those that have to be read: their content is not remembered, or may be found otherwise this time."""
        for reading in self.readings:
            files = files.join(reading.lasting, on="sha256", how="anti", maintain_order="left")
        return files

    def keep(self, reading: "Together") -> None:
        """Keeps what a night read, and of what was kept before what it still needed; forgets what is of other digests."""
        needed, fresh = reading.readings, [one for one in reading.readings if one not in self.readings]
        rows = sum(one.first["isi_indikator"][-1] + one.first["isi"][-1] for one in needed)
        much = rows > 2 * (reading.first["isi_indikator"][-1] + reading.first["isi"][-1])
        before = _kept(self.place)
        last = int(before[-1].name) if before else 0
        if len(needed) > MOST_READINGS or much:
            self._add(last + 1, reading.save)
            needed = []
        else:
            for number, one in enumerate(fresh, last + 1):
                self._add(number, one.save)
        still = {one.folder for one in needed}
        for old in (*before, *self.place.parent.iterdir()):
            if old not in still and old != self.place:
                shutil.rmtree(old, ignore_errors=True)

    def _add(self, number: int, save: Callable[[Path], object]) -> None:
        """Lets ``save`` write a reading, and puts it beside the others in one step."""
        fresh = self.place / ".baru"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        save(fresh)
        sync_tree(fresh)
        fresh.rename(self.place / f"{number:05}")


class _Piece(NamedTuple):
    """Files of a reading that follow one another there and here; ``name`` where the one file is called otherwise here."""

    reading: Reading
    begin: int
    end: int
    name: str | None = None

    def rows(self, name: str, ahead: dict[str, int]) -> Iterator[pl.DataFrame]:
        """Its rows in a frame, some at a time, numbered on from ``ahead``, under the name that the file has here."""
        first, frame = self.reading.first, self.reading.frame(name)
        shift = {key: by - first[key][self.begin] for key, by in ahead.items()}
        numbered = [key for key in ("tabel", "rekaman") if shift[key] and key in frame.collect_schema()]
        moved = [(pl.col(key).cast(pl.Int64) + shift[key]).cast(pl.UInt32) for key in numbered]
        renamed = [pl.lit(self.name).alias("berkas")] if self.name and KEYS[name] == "berkas" else []
        for begin in range(first[name][self.begin], first[name][self.end], ROWS_OF_PART):
            count = min(ROWS_OF_PART, first[name][self.end] - begin)
            yield frame.slice(begin, count).with_columns(*moved, *renamed).collect()


@dataclass(frozen=True)
class Together:
    """The reading of ``files``, put together of what was read anew and of what is remembered."""

    files: pl.DataFrame
    pieces: list[_Piece]
    first: dict[str, list[int]]

    @property
    def readings(self) -> list[Reading]:
        """Those it is put together of."""
        return list({one.folder: one for one in (piece.reading for piece in self.pieces)}.values())

    def frame(self, name: str) -> pl.DataFrame:
        """A frame as a whole."""
        return pl.concat(self._rows(name))

    def _rows(self, name: str) -> Iterator[pl.DataFrame]:
        yield self.pieces[0].reading.frame(name).clear().collect()
        before = 0
        for piece in self.pieces:
            yield from piece.rows(name, {key: self.first[key][before] for key in ("tabel", "rekaman")})
            before += piece.end - piece.begin

    def write(self, name: str, path: Path) -> None:
        """Writes a frame in parts of some size; where the reading is another one as a whole, its files are shared."""
        only = self.pieces[0]
        if (len(self.pieces), only.begin, only.end, only.name) == (1, 0, only.reading.files.height, None):
            share(only.reading.folder / f"{name}.parquet", path)
            return
        waiting: list[pl.DataFrame] = []
        for rows in self._rows(name):
            waiting.append(rows)
            if sum(frame.height for frame in waiting) >= ROWS_OF_PART:
                add_part(path, pl.concat(waiting))
                waiting = [rows.clear()]
        add_part(path, pl.concat(waiting))

    def save(self, place: Path) -> None:
        """Keeps all as one reading in ``place``."""
        for name in KEYS:
            self.write(name, place / f"{name}.parquet")
        _seal(place, self.files, self.first)


def _seal(place: Path, files: pl.DataFrame, first: dict[str, list[int]]) -> None:
    """Writes beside the frames of a reading where the rows of each file begin, and the stamps of all."""
    letak = pl.concat([files, files.clear(1)]).with_columns(
        pl.Series(name, first[name], dtype=pl.Int64) for name in KEYS
    )
    letak.write_parquet(place / "letak.parquet")
    (place / CHECK).write_bytes(orjson.dumps(_stamps(place)))


def _kept(place: Path) -> list[Path]:
    """The folders of the readings in ``place``, older ones first."""
    return sorted(place.glob("[0-9]*"))


def _scan(folder: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(folder / f"{name}.parquet")


def twins_together(files: pl.DataFrame) -> pl.DataFrame:
    """``files`` in the order in which they are read: those of the same content stand where the first of them stood."""
    return files.sort(pl.int_range(pl.len()).first().over("sha256"), maintain_order=True)


def together(files: pl.DataFrame, fresh: Reading, memory: Memory) -> Together:
    """The reading of ``files``, each either in ``fresh`` or remembered."""
    pieces, first = list(_pieces(files, fresh, memory)), {name: [0] for name in fresh.first}
    for piece in pieces:
        for name, rows in first.items():
            there = piece.reading.first[name]
            shift = rows[-1] - there[piece.begin]
            rows += [row + shift for row in there[piece.begin + 1 : piece.end + 1]]
    return Together(files.select("berkas", "sha256"), pieces or [_Piece(fresh, 0, 0)], first)


def _numbers(files: pl.DataFrame, tabel: pl.DataFrame, rekaman: pl.DataFrame) -> dict[str, pl.Series]:
    """The number of the file of each table and of each record: these are numbered as they stand in their frames."""
    numbered = files.select("berkas").with_row_index("_berkas")
    of_table = tabel.select("berkas").join(numbered, on="berkas", how="left", maintain_order="left")["_berkas"]
    return {"tabel": of_table, "rekaman": of_table.gather(rekaman["tabel"])}


def _pieces(files: pl.DataFrame, fresh: Reading, memory: Memory) -> Iterator[_Piece]:
    """Where each file is to be found, those that follow one another at once."""
    new = {berkas: number for number, berkas in enumerate(fresh.files["berkas"])}
    piece: _Piece | None = None
    for berkas, sha256 in files.select("berkas", "sha256").iter_rows():
        if berkas in new:
            found = _Piece(fresh, new[berkas], new[berkas] + 1)
        else:
            named = memory.pieces[sha256]
            found = named.get(berkas) or next(iter(named.values()))._replace(name=berkas)
        if piece and not (piece.name or found.name) and piece.reading is found.reading and piece.end == found.begin:
            piece = piece._replace(end=found.end)
            continue
        if piece:
            yield piece
        piece = found
    if piece:
        yield piece


def _stamps(place: Path) -> dict[str, list[int]]:
    return stamps(place, (path for path in place.rglob("*.parquet") if path.is_file()))
