"""The report: a run's saved tables -> HTML. :mod:`.gather` reads and groups, :mod:`.pages` says which pages there are,
:mod:`.pictures` draws, :mod:`.write` renders what has changed and puts it in place, :mod:`.text` is about single values.

Nothing is read but the run folder: its ``data``, its ``manifest.json`` and the names in ``koreksi`` and ``pengantar``.
"""

from tasks.render.write import render

__all__ = ["render"]
