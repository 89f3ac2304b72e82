"""Texts of many cells as one text: what a worker says of a column crosses to the parent, and into a frame, at once."""

from collections.abc import Sequence

SEPARATOR = "\x7f"  # stands in hardly any text; one byte, in JSON too
ESCAPE = "\x1b"
ESCAPED = ((ESCAPE, ESCAPE + "1"), (SEPARATOR, ESCAPE + "7"))  # how these two stand in a text that has them


def packed(texts: Sequence[str]) -> str:
    """Texts as one; ``tasks.read.sheets`` takes them apart again."""
    whole = SEPARATOR.join(texts)
    if ESCAPE in whole or whole.count(SEPARATOR) >= len(texts):
        for sign, escaped in ESCAPED:
            texts = [text.replace(sign, escaped) for text in texts]
        whole = SEPARATOR.join(texts)
    return whole
