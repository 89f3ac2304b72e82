"""Progress of the reading stage, for a person at a terminal; silent where there is none."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_console = Console(stderr=True)
_bar: Progress | None = None


def start() -> None:
    """Shows a bar from the next ``begin`` on, if standard error is a terminal."""
    global _bar  # noqa: PLW0603 - one terminal, one bar
    if _console.is_terminal:
        _bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=_console, transient=True
        )
        _bar.start()
        _bar.add_task("Menyiapkan …", total=None)


def begin(files: int) -> None:
    """Says how many files will be read."""
    if _bar is not None:
        _bar.update(_bar.task_ids[0], description="Membaca berkas", total=files, completed=0)


def advance(files: int) -> None:
    """Says that ``files`` more have been read."""
    if _bar is not None:
        _bar.advance(_bar.task_ids[0], files)


def stop() -> None:
    """Takes the bar away."""
    global _bar  # noqa: PLW0603
    if _bar is not None:
        _bar.stop()
        _bar = None
