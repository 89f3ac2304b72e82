"""The process that opens strangers' files: reads and recognizes one after another, and may die of any of them.

Speaks lines of JSON: first the vocabulary and limits, then a path a line; answers a line each. It holds no secrets and
imports neither Polars nor Prefect. Run as ``python -m tasks.read.worker``.
"""

import gc
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import orjson

from tasks.read.limits import Limits, UnreadableError, limit_memory
from tasks.read.workbook import read_workbook
from tasks.recognize import CORRECTIONS, recognize
from tasks.recognize.templat import lists_sheet
from tasks.vocabulary import Vocabulary

FILES_BETWEEN_COLLECTIONS = 200  # grids leave no cycles: looking for them while they grow takes a tenth of the time


def read_and_recognize(path: Path, limits: Limits, vocabulary: Vocabulary) -> dict[str, Any]:
    """What a file holds, as JSON values: layout, tables, notes, hidden sheets; or the code of why it cannot be read."""
    try:
        book = read_workbook(path, limits)
        if not any(grid.filled(row) for grid in book.grids for row in range(len(grid.rows))) and not book.hidden:
            raise UnreadableError("berkas_hampa")
        if book.grids and all(grid.value(0, 0) == CORRECTIONS for grid in book.grids):
            raise UnreadableError("berkas_hanya_temuan")
    except UnreadableError as error:
        return {"kode": error.kode, "rincian": error.rincian}
    except MemoryError:
        return {"kode": "berkas_terlalu_besar", "rincian": "isinya tidak muat dalam memori"}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - readers fail on damaged files in all ways, panics of Rust among them
        return {"kode": "berkas_rusak", "rincian": ""}
    try:
        found = recognize(book.grids, vocabulary, book.names).to_json()
    except Exception as error:  # noqa: BLE001 - a fault of ours must cost this one file and be named, not end the run
        import traceback  # noqa: PLC0415 - costs every reading process a tenth of its start, and is seldom needed

        last = traceback.extract_tb(error.__traceback__)[-1]
        return {
            "kode": "galat_program",
            "rincian": f"{type(error).__name__} di {last.name}, baris {last.lineno}: {error}",
        }
    content = orjson.dumps([_content_of(table) for table in found["tables"]])
    hidden = [name for name in book.hidden if name != lists_sheet(book.names)]
    return found | {"tersembunyi": hidden, "terpencil": book.astray, "isi": hashlib.sha256(content).hexdigest()}


def _content_of(table: dict[str, Any]) -> list[Any]:
    """What makes a table the same as another, wherever on its sheet it stands."""
    blocks = [[block["kolom"], block["nilai"]] for block in table["blok"]]
    return [table["perihal"], blocks, table["nama"], table["nilai"], [context[1] for context in table["konteks"]]]


def main() -> None:
    """Serves requests until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not mix with the answers
    first = orjson.loads(sys.stdin.buffer.readline())
    limits, vocabulary = Limits(**first["limits"]), Vocabulary(**first["vocabulary"])
    limit_memory(limits)
    gc.freeze()
    gc.disable()
    for number, line in enumerate(sys.stdin.buffer, 1):
        answer = read_and_recognize(Path(orjson.loads(line)), limits, vocabulary)
        answers.write(
            orjson.dumps(answer, option=orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_NON_STR_KEYS, default=list) + b"\n"
        )
        if number % FILES_BETWEEN_COLLECTIONS == 0:
            gc.collect()


if __name__ == "__main__":
    main()
