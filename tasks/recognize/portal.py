"""Layout portal: an export of the national portal, a table whose headers no unit's own list has."""

from tasks.recognize.records import Table
from tasks.vocabulary import Vocabulary

FEWEST = 2  # of its own headers


def is_portal(tables: list[Table], vocabulary: Vocabulary) -> bool:
    """Whether a workbook is an export of the national portal."""
    own = set(vocabulary.portal)
    return any(len(own & set(table.judul)) >= FEWEST for table in tables if table.perihal == "inovasi")
