"""The packages that this process could import, with their versions."""

from __future__ import annotations

import re
import sys
import threading
from importlib import metadata
from pathlib import Path

_lock = threading.Lock()
_last: tuple[tuple[tuple[str, int], ...], str] | None = None


def installed() -> str:
    """Return a line `name==version` for each installed package, sorted by name.

    What comes first on `sys.path` counts, as in an import. Packages whose metadata is broken are left out.
    The answer is kept until `sys.path` or one of its folders changes, as it does with every `pip install`.
    """
    global _last  # noqa: PLW0603 - one answer for the process
    state = tuple((entry, _changed(entry)) for entry in sys.path)
    with _lock:
        if _last is None or _last[0] != state:
            _last = (state, _read())
        return _last[1]


def _changed(entry: str) -> int:
    try:
        return Path(entry or ".").stat().st_mtime_ns
    except OSError:
        return 0


def _read() -> str:
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            name, version = _name_and_version(distribution)
        except Exception:  # noqa: BLE001, S112 - metadata is files that anybody may have written
            continue
        if name and version:
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), f"{name}=={version}")
    return "".join(f"{found[key]}\n" for key in sorted(found))


def _name_and_version(distribution: metadata.Distribution) -> tuple[str | None, str | None]:
    """Read the two headers: parsing all of METADATA, descriptions included, takes ten times as long."""
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    head = text.partition("\n\n")[0]
    name = re.search(r"^Name: *(\S+)", head, re.MULTILINE)
    version = re.search(r"^Version: *(\S+)", head, re.MULTILINE)
    return name and name[1], version and version[1]
