"""The terminal belongs to the person who ran the command; what libraries print goes to a log file.

Prefect's embedded server is a process of its own that writes to the terminal it inherits, even tracebacks while it is
being stopped. So the terminal is kept aside, and standard output and error become the log, for this process and its children.
"""

import os
import sys
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn


class Terminal:
    """Standard output and error as they were when the program began, with a progress bar for the reading of files."""

    def __init__(self) -> None:
        self.out: TextIO = sys.stdout
        self.err: TextIO = sys.stderr
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def divert(self, log: Path) -> None:
        """From now on whatever this process and its children print goes to ``log``, except through this object."""
        log.parent.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        sys.stderr.flush()
        self.out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
        self.err = os.fdopen(os.dup(2), "w", encoding="utf-8", buffering=1)
        sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        os.close(sink)

    def say(self, text: str) -> None:
        """Prints for the person."""
        click.echo(text, file=self.out)

    def complain(self, text: str) -> None:
        """Prints an error for the person."""
        click.echo(text, file=self.err)

    def begin(self, files: int) -> None:
        """Shows how many files will be read, if there is a terminal."""
        screen = RichConsole(file=self.err)
        if screen.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=screen, transient=True)
            self._task = self._bar.add_task("Membaca berkas", total=files)
            self._bar.start()

    def advance(self, files: int) -> None:
        """Says that ``files`` more have been read."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, files)

    def end(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


terminal = Terminal()
