"""Paths of artifacts as a browser sends them, and what they may name.

Everything here is hostile: the path, and what lies in the folder. A path is relative and has no `..`, also
not in disguise; what is opened lies inside the run's folder after all links have been followed, and is a
file or a folder: a pipe or a device would hold up whoever reads it.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from nbtrack.errors import Invalid, NotFound

if TYPE_CHECKING:
    from typing import BinaryIO

_LONGEST = 4096
_DISGUISES = 5  # rounds of %-quoting that are looked through


def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of an artifact's path; none for the root.

    Raises
    ------
    Invalid
        If it is not a plain relative path.
    """
    path = path.removesuffix("/")
    if not path:
        return ()
    seen = path
    for _ in range(_DISGUISES):
        _check(seen, path)
        seen, before = unquote(seen), seen
        if seen == before:
            return tuple(path.split("/"))
    raise _refused(path)


def local_root(artifact_uri: str, base: Path) -> Path | None:
    """Return the folder of an artifact location on this machine; None for any other place.

    Parameters
    ----------
    base
        What a relative location is meant from.
    """
    if artifact_uri.startswith("file:"):
        split = urlsplit(artifact_uri)
        if split.netloc not in {"", "localhost"}:
            return None
        return Path(unquote(split.path))
    if re.match(r"[A-Za-z][\w+.-]+:", artifact_uri) or not artifact_uri:
        return None
    return base / artifact_uri


def inside(root: Path, parts: tuple[str, ...]) -> Path:
    """Return what a path names, with all links followed.

    Raises
    ------
    NotFound
        If it does not exist, or lies outside.
    """
    shown = "/".join(parts) or "."
    try:
        top = root.resolve(strict=True)
        found = top.joinpath(*parts).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise missing(shown) from error
    if not found.is_relative_to(top):
        raise missing(shown)
    return found


def opened(path: Path, shown: str) -> tuple[BinaryIO, int]:
    """Open a regular file; return it and its size.

    Parameters
    ----------
    path
        As `inside` returned it. A link that took its place meanwhile is not followed.

    Raises
    ------
    NotFound
        If it is gone, or is neither a file nor a folder.
    Invalid
        If it is a folder.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        handle = os.open(path, flags)
    except IsADirectoryError as error:
        raise Invalid(f"{shown} is a folder.", hint="List it instead.") from error
    except OSError as error:
        raise missing(shown) from error
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        if stat.S_ISDIR(found.st_mode):
            raise Invalid(f"{shown} is a folder.", hint="List it instead.")
        raise missing(shown)
    return os.fdopen(handle, "rb"), found.st_size


def missing(shown: str) -> NotFound:
    """Return the error for what is not there, and for what may not be seen."""
    return NotFound(f"The run has no artifact {shown[:200]!r}.", hint="List the artifacts again.")


def _check(text: str, path: str) -> None:
    parts = text.split("/")
    if (
        len(text) > _LONGEST
        or any(part in {"", ".", ".."} for part in parts)
        or "\\" in text
        or any(ord(character) < 32 for character in text)  # noqa: PLR2004 - control characters, NUL first
        or re.match(r"[A-Za-z]:", text)
    ):
        raise _refused(path)


def _refused(path: str) -> Invalid:
    return Invalid(
        f"{path[:200]!r} is not the path of an artifact.",
        hint="It is relative to the run's artifacts, with `/` between folders.",
    )
