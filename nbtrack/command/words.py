"""Texts as a terminal may show them: they come from notebooks and stores, and may be anybody's."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nbtrack.picture import printable
from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from nbtrack.journal.places import Kernel

_LONGEST = 400  # characters of anybody's text
_URI = re.compile(r"[A-Za-z][\w+.-]*://\S+")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def shown(text: str, *, longest: int | None = _LONGEST) -> str:
    """Return a text as one line without terminal escapes and without the credentials of its URIs."""
    text = " ".join(_URI.sub(lambda found: without_credentials(found[0]), text).split())
    if longest is not None and len(text) > longest:
        text = f"{text[:longest]} …"
    return printable(text)


def sentence(text: str) -> str:
    """Return a text of anybody's with a capital and a full stop."""
    text = shown(text)
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def many(number: int, what: str) -> str:
    """Return a number of things, such as «1 run» and «12,000 records»."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def amount(size: int) -> str:
    """Return a number of bytes in words."""
    for unit, worth in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if size >= worth:
            return f"{size / worth:,.1f} {unit}"
    return many(size, "byte")


def lasting(seconds: float) -> str:
    """Return a length of time in words, such as «4 min»."""
    if seconds < 2 * _MINUTE:
        return f"{max(seconds, 0.0):.0f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.0f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.0f} days"


def moment(at: float) -> str:
    """Return a moment in the user's time."""
    try:
        return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return "an unknown time"


def since(at: float) -> float:
    """Return the seconds since a moment, never less than none."""
    return max(0.0, time.time() - at)


def name_of(kernel: Kernel | None, folder: str) -> str:
    """Return whose journal it is: «train.ipynb · kernel 1f2e3d4c», else the journal's folder."""
    if kernel is None:
        return shown(folder)
    kernel_id = f"kernel {str(kernel.kernel_id)[:8]}" if kernel.kernel_id else f"process {kernel.pid}"
    notebook = str(kernel.notebook)
    return shown(f"{notebook} · {kernel_id}" if notebook else kernel_id)
