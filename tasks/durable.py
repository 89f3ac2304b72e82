"""Writing so that neither a kill nor a power cut leaves half a file: beside the target, to the disk, then one rename."""

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from pathlib import Path

MANY = 32  # files from which all that waits to be written to a file system is written in one call, where there is one
# ext, XFS, Btrfs, F2FS, overlay, tmpfs
OF_THIS_MACHINE = (0xEF53, 0x58465342, 0x9123683E, 0xF2F52010, 0x794C7630, 0x01021994)


def write_durably(path: Path, write: Callable[[Path], object]) -> None:
    """Lets ``write`` make a file beside ``path``, brings it to the disk, and puts it in place in one step."""
    write(_beside(path))
    put_in_place([path])


def write_beside(path: Path, content: bytes) -> None:
    """Writes what ``put_in_place`` will bring to the disk, together with others, and put where it belongs."""
    beside = _beside(path)
    try:
        beside.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)


def put_in_place(paths: Sequence[Path]) -> None:
    """Brings files that were written beside their places to the disk, all of them, and only then puts them there."""
    beside = [_beside(path) for path in paths]
    _sync_files(beside)
    for written, path in zip(beside, paths, strict=True):
        written.replace(path)
    for folder in {os.path.dirname(path) for path in paths}:  # noqa: PTH120 - of many files: a Path costs more than all else
        sync_folder(Path(folder))


def _beside(path: Path) -> Path:
    folder, name = os.path.split(path)
    return Path(folder, f".{name}.baru")


def share(source: Path, target: Path, without: str = "") -> None:
    """Makes ``target`` the same as ``source``, a file or a folder of files that nobody changes any more, ``without`` one name.

    Their bytes are copied only where the file system has no links.
    """

    def link(file: str, copy: str) -> None:
        try:
            os.link(file, copy)
        except OSError:
            shutil.copy2(file, copy)

    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, copy_function=link, ignore=shutil.ignore_patterns(without))
    else:
        target.unlink(missing_ok=True)
        link(str(source), str(target))


def stamps(root: Path, files: Iterable[Path]) -> dict[str, list[int]]:
    """Size and time of writing of each of ``files`` below ``root``, by its path there: other stamps, another content.

    To be asked of files that were brought to the disk. Renaming, linking and copying by ``shutil`` leave the stamp as it is.
    """
    known = ((path, path.stat()) for path in sorted(files))
    return {path.relative_to(root).as_posix(): [status.st_size, status.st_mtime_ns] for path, status in known}


def sync_file(path: Path) -> None:
    """Brings the content of a file to the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Brings the names in a folder to the disk, where the system can do that (Windows cannot)."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(root: Path) -> None:
    """Brings all files and folders below ``root`` to the disk."""
    files = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)
    some = list(islice(files, MANY))
    if len(some) == MANY and _sync_file_system(root):
        return
    for file in chain(some, files):
        sync_file(file)
    for folder, _, _ in os.walk(root, topdown=False):
        sync_folder(Path(folder))


def _sync_files(files: Sequence[Path]) -> None:
    """Brings the content of files, all on one file system, to the disk."""
    if len(files) < MANY or not _sync_file_system(files[0]):
        for file in files:
            sync_file(file)


def _sync_file_system(path: Path) -> bool:
    """Brings all that was written to the file system that holds ``path`` to the disk; whether the system can do that.

    A report has thousands of files, each of which would wait for the disk alone. Python has no ``syncfs(2)`` of its own. It
    tells of writes that failed since Linux 5.8, and does not ask a server, or a program that is a file system, for its part.
    """
    if sys.platform != "linux" or _version(os.uname().release) < (5, 8):
        return False
    system = ctypes.CDLL(None, use_errno=True)
    facts = (ctypes.c_long * 64)()  # struct statfs, and room to spare; it begins with the type
    call = getattr(system, "syncfs", None)
    if call is None or system.statfs(os.fsencode(path), facts) != 0 or facts[0] not in OF_THIS_MACHINE:
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if call(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(path))
    finally:
        os.close(descriptor)
    return True


def _version(release: str) -> tuple[int, ...]:
    """The first two numbers of a release of Linux."""
    return tuple(int(number) for number in re.findall(r"\d+", release)[:2])
