"""What reading one file may cost, and the error that says why a file is not read."""

import contextlib
from dataclasses import dataclass

MB = 1024 * 1024


class UnreadableError(Exception):
    """A file that cannot be read: the code of its finding and the detail its sentence names."""

    def __init__(self, kode: str, rincian: str = "") -> None:
        super().__init__(kode, rincian)
        self.kode, self.rincian = kode, rincian


@dataclass(frozen=True)
class Limits:
    """Limits on one file; ``memory_bytes`` is the address space of the process that reads it."""

    seconds: float = 60.0
    memory_bytes: int = 1000 * MB
    file_bytes: int = 100 * MB
    inflated_bytes: int = 300 * MB
    members: int = 2000
    cells: int = 3_000_000
    rows: int = 200_000
    columns: int = 2000


def limit_memory(limits: Limits) -> None:
    """Caps the memory of this process where the system can."""
    with contextlib.suppress(ImportError):  # no such module on Windows: there only the time limit holds
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
