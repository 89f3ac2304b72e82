"""Reading before the run has begun: Prefect and its server take seconds to start, in which files can be read already.

What was read ahead is kept by the SHA-256 of the very bytes that were read, so a file that changes meanwhile is simply read
again. It is a head start and nothing else: the run collects, archives and asks as ever.
"""

import hashlib
import logging
import tempfile
import threading
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from tasks.read.limits import Limits
from tasks.read.pool import PASSING, read_files
from tasks.vocabulary import Vocabulary

MOST_FILES = 500  # about what can be read while Prefect starts

Answers = dict[str, dict[str, Any]]
_log = logging.getLogger(__name__)


class Ahead:
    """Files that are read while nobody waits for them."""

    def __init__(self) -> None:
        self._answers: Answers = {}
        self._enough = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(
        self, files: Iterable[Path], known: Container[str], vocabulary: Vocabulary, limits: Limits, workers: int
    ) -> None:
        """Begins to read ``files`` but those whose SHA-256 is ``known``."""
        work = (list(files), known, vocabulary, limits, workers)
        self._thread = threading.Thread(target=self._read, args=work, daemon=True)
        self._thread.start()

    def take(self) -> Answers:
        """Ends the reading; what was read, by SHA-256: answers as those of ``tasks.read.pool``."""
        self._enough.set()
        if self._thread is not None:
            self._thread.join()
        answers, self._answers = self._answers, {}
        return answers

    def _read(
        self, files: list[Path], known: Container[str], vocabulary: Vocabulary, limits: Limits, workers: int
    ) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="inovasi-") as folder:
                copies = self._copies(files, Path(folder), known, limits)
                for path, answer in zip(copies, read_files(copies, vocabulary, limits, workers), strict=False):
                    if answer.get("kode") not in PASSING:
                        self._answers[path.name] = answer
                    if self._enough.is_set():
                        break
        except OSError as error:
            _log.info("nothing more is read ahead: %s", error)

    def _copies(self, files: list[Path], folder: Path, known: Container[str], limits: Limits) -> list[Path]:
        """Copies of the files that are worth it, each named by the SHA-256 of its bytes."""
        copies: dict[str, Path] = {}
        for path in files:
            if self._enough.is_set() or len(copies) == MOST_FILES:
                break
            if path.is_symlink() or not path.is_file() or path.stat().st_size > limits.file_bytes:
                continue
            content = path.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            if sha256 not in known and sha256 not in copies:
                copies[sha256] = folder / sha256
                copies[sha256].write_bytes(content)
        return list(copies.values())
