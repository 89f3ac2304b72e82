"""Addresses of other machines' folders, as fsspec knows them: s3://bucket/folder, sftp://host/folder, webdav://host/folder ….

Passwords and keys never stand in an address, which is shown and logged: they come from the usual environment of each
protocol (AWS_…, also AWS_ENDPOINT_URL; an SSH agent or key; else FSSPEC_<PROTOCOL>_<NAME>, for example FSSPEC_SFTP_PASSWORD).
"""

import importlib.util
import logging
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from tasks.errors import MendableError

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = 8  # files on the way at the same time, where the protocol can
log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"^([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
# The protocols that are folders on another machine: what each needs installed, and its option for a time-out, if it has one.
PROTOCOLS: dict[str, tuple[str, str | None]] = {
    "s3": ("s3fs", None),
    "gs": ("gcsfs", None),
    "az": ("adlfs", None),
    "sftp": ("paramiko", "timeout"),
    "ssh": ("paramiko", "timeout"),
    "webdav": ("webdav4", "timeout"),
    "webdav+http": ("webdav4", "timeout"),
    "smb": ("smbprotocol", "timeout"),
    "ftp": ("ftplib", "timeout"),
}


class WrongAddressError(MendableError):
    """An address that cannot be used as it stands; the message is Indonesian."""


class UnreachableError(MendableError):
    """The other machine does not answer, or refuses; the message is Indonesian."""


class UnknownHostError(Exception):
    """A server whose key is not in known_hosts."""


def is_address(text: str) -> bool:
    """Whether a text is the address of a folder elsewhere, and no path of this machine."""
    return _ADDRESS.match(text) is not None and not text.lower().startswith("file://")


def local_path(text: str) -> Path:
    """The path that a text names which is no address; file:// is taken off."""
    return Path(unquote(urlsplit(text).path)) if text.lower().startswith("file://") else Path(text)


def check_address(address: str, allowed: Iterable[str] = tuple(PROTOCOLS)) -> None:
    """Raises ``WrongAddressError`` for an address of another kind, without a folder, or with a password in it."""
    protocol = _protocol(address)
    if protocol not in allowed or "::" in address:
        raise WrongAddressError(f"Alamat {protocol}:// tidak dapat dipakai di sini; yang dapat: {', '.join(allowed)}.")
    try:
        parts = urlsplit(address)
        host, password = parts.hostname, parts.password
    except ValueError:
        raise WrongAddressError("Alamatnya tidak dapat dibaca.") from None
    if password is not None:
        raise WrongAddressError(
            "Kata sandi tidak ditulis di dalam alamat, karena alamat ikut tercatat; "
            f"pakai lingkungan, misalnya FSSPEC_{protocol.upper()}_PASSWORD."
        )
    if not host or parts.query or parts.fragment or ".." in parts.path.split("/"):
        raise WrongAddressError(f"Alamat {address} harus berupa {protocol}://TEMPAT/FOLDER.")
    package, _ = PROTOCOLS[protocol]
    if importlib.util.find_spec(package) is None:
        raise WrongAddressError(f"Alamat {protocol}:// memerlukan paket {package}, yang belum terpasang.")


def connect(address: str, seconds: float) -> tuple[Any, str]:
    """The file system of an address, and the folder on it. ``seconds`` is how long an answer may take.

    Raises ``WrongAddressError``, ``UnreachableError``.
    """
    import fsspec  # noqa: PLC0415 - heavy, and only for those who have an address

    check_address(address)
    protocol = _protocol(address)
    _, timeout = PROTOCOLS[protocol]
    options: dict[str, Any] = {"use_listings_cache": False, "skip_instance_cache": True}
    if timeout:
        options[timeout] = seconds
    try:
        if protocol == "s3":
            options["config_kwargs"] = {
                "connect_timeout": seconds / 6,
                "read_timeout": seconds,
                "retries": {"max_attempts": 1},
            }
        elif protocol in ("sftp", "ssh"):
            options |= {"host_key_policy": _known_hosts(), "banner_timeout": seconds, "auth_timeout": seconds}
        elif protocol.startswith("webdav"):
            host, _, folder = address.partition("://")[2].partition("/")
            base = f"{'http' if protocol == 'webdav+http' else 'https'}://{host}"
            return fsspec.filesystem("webdav", base_url=base, **options), folder.strip("/")
        system, folder = fsspec.core.url_to_fs(address, **options)
        if protocol in ("sftp", "ssh"):
            system.ftp.get_channel().settimeout(seconds)
    except Exception as error:  # each protocol has errors of its own: all are named and end the run
        raise unreachable(address, error) from error
    return system, str(folder).rstrip("/")


def at_once(system: Any, work: Callable[[T], R], items: list[T]) -> list[R]:
    """Does ``work`` for each item, several at once where the file system can."""
    with ThreadPoolExecutor(AT_ONCE if system.async_impl else 1) as threads:
        return list(threads.map(work, items))


def unreachable(address: str, error: BaseException) -> UnreachableError:
    """What went wrong at an address, in one sentence; the details go to the log."""
    name = type(error).__name__
    log.warning("%s: %s: %s", address, name, error)
    reasons = (words for kinds, words in _REASONS if not _names(error).isdisjoint(kinds))
    return UnreachableError(f"{address} {next(reasons, f'tidak dapat dihubungi ({name})')}.")


_REASONS = (
    (("NoCredentialsError", "PartialCredentialsError"), "tidak dapat dibuka: kunci aksesnya belum diatur"),
    (("PermissionError", "AuthenticationException"), "tidak dapat dibuka: aksesnya ditolak, periksa kunci akses"),
    (("UnknownHostError",), "tidak dipercaya: kunci servernya tidak ada di known_hosts"),
    (("FileNotFoundError", "NoSuchBucket"), "tidak ada"),
    (("TimeoutError", "ReadTimeoutError", "ConnectTimeoutError", "FSTimeoutError"), "tidak menjawab pada waktunya"),
)


def _names(error: BaseException) -> set[str]:
    """The class of an error, of those it derives from, and of those behind it."""
    chain = [error, error.__cause__, error.__context__]
    return {kind.__name__ for item in chain if item is not None for kind in type(item).__mro__}


def _protocol(address: str) -> str:
    match = _ADDRESS.match(address)
    return match[1].lower() if match else ""


def _known_hosts() -> Any:
    """The policy that lets only servers in that stand in the user's known_hosts; fsspec would trust anyone."""
    import paramiko  # noqa: PLC0415

    class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            path = Path.home() / ".ssh" / "known_hosts"
            known = paramiko.HostKeys(str(path)) if path.exists() else paramiko.HostKeys()
            if not known.check(hostname, key):
                raise UnknownHostError(hostname)

    return KnownHosts()
