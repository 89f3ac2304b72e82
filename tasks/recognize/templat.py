"""Layout templat: the official workbook, a sheet of innovations beside a sheet of their indicators."""

from tasks.recognize.records import Table
from tasks.text import fold


def is_template(sheets: list[str], tables: list[Table]) -> bool:
    """Whether a workbook is the official template: a sheet "… Inovasi" with innovations beside one of their indicators."""
    innovations = {table.lembar for table in tables if table.perihal == "inovasi"}
    indicators = {table.lembar for table in tables if table.perihal == "indikator"}
    indicators |= {sheet for sheet in sheets if "indikator" in fold(sheet).split()}
    return any("inovasi" in fold(sheet).split() for sheet in innovations) and bool(indicators - innovations)
