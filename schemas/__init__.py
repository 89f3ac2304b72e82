"""The Pandera models.

Pandera imports pandas and Hypothesis wherever these are installed: two seconds that ``inovasi check`` cannot spare, for halves
of it that are not used here. So while Pandera is first imported both are as good as absent, as they are in production, where
the lock does not have them. Who wants them (a test) imports them as ever.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import polars as pl

UNUSED = ("pandas", "hypothesis")


class _Absent(MetaPathFinder):
    """Says of modules what Python says of those that are not installed."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name in UNUSED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


_absent = _Absent()
sys.meta_path.insert(0, _absent)
try:
    import pandera.polars
    from pandera.backends.register_checks import register_default_check_backends

    register_default_check_backends(pl.DataFrame)  # looks for pandas at the first check, and remembers what it found
finally:
    sys.meta_path.remove(_absent)

SchemaErrors = pandera.errors.SchemaErrors
