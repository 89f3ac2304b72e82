"""Layout templat: the official workbook, a sheet of innovations beside a sheet of their indicators."""

from tasks.recognize.records import Table
from tasks.text import fold

SHEETS = {"inovasi", "indikator"}


def is_template(sheets: list[str], tables: list[Table]) -> bool:
    """Whether a workbook is the official template: its sheets have the template's names and hold its tables."""
    names = {fold(sheet) for sheet in sheets}
    return names >= SHEETS and any(table.jenis == "inovasi" for table in tables)
