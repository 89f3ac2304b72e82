"""What stands around the content of every page: head, navigation, and a foot. Restless pages say there when the report was made."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

OPEN, CLOSE = '<main id="isi" tabindex="-1">\n', "\n</main>\n"
TITLE, CONTENT = "\x02", "\x03"  # where the frame is cut


class Frame(NamedTuple):
    """What stands around the content of the pages of one section at one depth, cut where title and content go."""

    before: str
    between: str
    after: str

    def around(self, title: str, content: str) -> bytes:
        """The whole page."""
        return "".join((self.before, title, self.between, content, self.after)).encode()


class Frames:
    """The frames of a run, each rendered once, and what is made of a template inside them."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._template = env.get_template("dasar.html")
        self._made: dict[tuple[str, str], Frame] = {}

    @property
    def told(self) -> dict[str, str]:
        """What pages say of their run, by the places where they say so; ``saat`` is when that was."""
        words = self._env.get_template("terbit.html").make_module()
        names = ("saat", "kepala", "dari", "nomor")
        return {name: Markup(getattr(words, name)).unescape() for name in names}

    def __call__(self, section: str, path: str) -> Frame:
        """The frame of the page at ``path`` in ``section``."""
        root = root_of(path)
        if (section, root) not in self._made:
            whole = self._template.render(
                bagian=section, akar=root, judul=Markup(TITLE), isi=Markup(CONTENT), pembuka=Markup(OPEN), penutup=Markup(CLOSE)
            )  # fmt: skip
            before, _, rest = whole.partition(TITLE)
            between, _, after = rest.partition(CONTENT)
            self._made[section, root] = Frame(before, between, after)
        return self._made[section, root]

    def piece(self, name: str, context: Mapping[str, Any]) -> str:
        """A piece of a page, as the page's own template includes it."""
        return self._env.get_template(f"{name}.html").render(context)

    def page(self, section: str, path: str, template: str, context: Callable[[], Mapping[str, Any]]) -> bytes:
        """The page at ``path``, rendered from a template."""
        known = {"akar": root_of(path), "bagian": section}
        module = self._env.get_template(template).make_module(known | dict(context()))
        return self(section, path).around(str(Markup.escape(module.judul)), str(module).strip())  # type: ignore[attr-defined]


def root_of(path: str) -> Markup:
    """The way from the page at ``path`` to the root of the report."""
    return Markup("../" * (len(PurePosixPath(path).parts) - 1))


def parts(page: bytes) -> tuple[str, str] | None:
    """Title and content of a page that was written before; null when it is none of ours."""
    text = page.decode("utf-8", "replace")
    title, start, end = text.find("<title>"), text.find(OPEN), text.rfind(CLOSE)
    if not 0 <= title < start < end:
        return None
    named = text[title + len("<title>") : text.find("</title>")].rpartition(" – ")[0]
    return named, text[start + len(OPEN) : end]


def exchanged(content: str, name: str, piece: str) -> str:
    """``content`` with its piece ``name``, which marks say where it is, exchanged for another."""
    before, mark, rest = content.partition(f"<!-- {name} -->")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    return "".join((before, mark, piece, end, after))
