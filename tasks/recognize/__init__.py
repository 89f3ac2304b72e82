"""A workbook's grids -> records. Knows layouts, nothing of files; a module a layout.

A sheet is tried as a table first, if a row of it can be a header (the surer sign), then as a form.
"""

from tasks.read.grid import Grid
from tasks.recognize.formulir import find_forms
from tasks.recognize.portal import is_portal
from tasks.recognize.records import Recognized, SheetNote
from tasks.recognize.sketch import sketch, sketch_without_tables
from tasks.recognize.tabel import find_tables
from tasks.recognize.templat import is_guide, is_template, name_the_unit
from tasks.vocabulary import Vocabulary

CORRECTIONS = "Temuan: yang perlu diperbaiki"  # A1 of the sheet that correction workbooks begin with: no data
ORDER = ("tabel", "formulir", "komitmen", "monev")  # which layout a workbook of several kinds of tables has


def recognize(grids: list[Grid], vocabulary: Vocabulary, names: dict[str, str] | None = None) -> Recognized:
    """All records of a workbook, with the layout they were found in and notes about its sheets.

    ``names`` are the defined names of ours that the workbook has.
    """
    names = names or {}
    result = Recognized()
    layouts: set[str] = set()
    unused: list[str] = []
    grids = [grid for grid in grids if grid.value(0, 0) != CORRECTIONS and not is_guide(grid)]
    for grid in grids:
        if vocabulary.is_example(grid.lembar):
            unused.append(grid.lembar)
            continue
        drawn = sketch_without_tables(grid, vocabulary)
        tables, notes = ([], []) if drawn else find_tables(grid, vocabulary)
        found = {table.perihal for table in tables if table.letak}
        if "inovasi" not in found:
            taken = {row for table in tables for row, _ in table.letak}
            forms, form_notes = find_forms(grid, drawn or sketch(grid, vocabulary, taken), vocabulary, taken)
            if forms:
                tables = forms + [table for table in tables if table.perihal != "inovasi"]
                notes += form_notes
                layouts.add("formulir")
        layouts |= {"tabel" if perihal == "inovasi" else perihal for perihal in found - {"indikator"}}
        if tables:
            result.tables += tables
            result.notes += notes
        elif any(grid.filled(row) for row in range(len(grid.rows))):
            unused.append(grid.lembar)
    if layouts or result.tables:
        result.notes += [SheetNote("lembar_dilewati", sheet, None, None, None, None, sheet) for sheet in unused]
        result.tata_letak = next((layout for layout in ORDER if layout in layouts), "tabel")
        if is_portal(result.tables, vocabulary):
            result.tata_letak = "portal"
        elif is_template(names, [grid.lembar for grid in grids], result.tables):
            result.tata_letak = "templat"
            name_the_unit(names, result.tables)
    return result
