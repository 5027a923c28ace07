"""The store of this folder, and the journals' disk: whether they can be used."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.command.finding import Finding, trouble, unknown, well, wrong
from nbtrack.command.words import amount, many
from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.connecting.step import Step

_NOTABLE = 0.1  # seconds; what takes less is not worth a word
_SCARCE = 100 * 2**20  # bytes; less is soon full
_SOURCES = {
    "explicit": "as typed",
    "environment": "from MLFLOW_TRACKING_URI",
    "pyproject": "from [tool.nbtrack] in pyproject.toml",
    "found": "found in this folder or one above",
    "default": "the default",
}


def store(named: str | None = None) -> Iterator[Finding]:
    """Find the store of the working directory, or the one that is named, and check it."""
    from nbtrack import settings
    from nbtrack.connecting.checking import steps
    from nbtrack.connecting.named import store_of
    from nbtrack.redact import redact

    try:
        folder = Path.cwd()
        uri = None if named is None else store_of(named, folder)
        found = settings.resolve(folder=folder, root=None, notebook=None, store=uri, experiment="-")
    except NbtrackError as error:
        yield trouble(error)
        return
    except OSError as error:
        yield wrong(f"This folder can't be looked at: {error.strerror or type(error).__name__}", "cd ~")
        return
    uri = redact(settings.without_credentials(found.store))
    which = "The store" if named else "The store of this folder"
    yield well(f"{which}: {uri} ({_SOURCES.get(found.store_source, found.store_source)})")
    yield from (_of(step) for step in steps(found.store) if not (step.name == "named" and step.state == "ok"))


def _of(step: Step) -> Finding:
    if step.state == "failed":
        return trouble(NbtrackError(step.sentence, hint=step.cure))
    took = f" ({step.seconds:.1f} s)" if step.seconds >= _NOTABLE else ""
    return (well if step.state == "ok" else unknown)(f"{step.sentence.rstrip('.')}{took}")


def disk() -> Iterator[Finding]:
    """Write a file where the journals lie, and take it back."""
    from nbtrack.connecting.file import nearest
    from nbtrack.journal.places import VARIABLE, root

    folder = root()
    try:
        there = nearest(folder)
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"nbtrack")
        free = shutil.disk_usage(there).free
    except OSError as error:
        why = error.strerror or type(error).__name__
        yield wrong(
            f"The journals' folder {folder} can't be written: {why}", f"export {VARIABLE}=/folder/of/yours"
        )
        return
    if free < _SCARCE:
        yield wrong(
            f"The journals' disk is nearly full: {amount(free)} free in {there}", f"df -h {_quoted(there)}"
        )
    else:
        yield well(f"The journals' folder {folder} can be written, {amount(free)} free")


def left() -> Iterator[Finding]:
    """Count what waits in the journals."""
    from nbtrack.command.journals import looks

    found = looks()
    for one in found:
        if one.sent.refused:
            records = many(one.sent.refused, "record")
            yield wrong(f"{one.name}: the store refused {records} for good", f"less {_quoted(one.refused)}")
    waiting = [one for one in found if one.is_left]
    stuck = [one for one in waiting if one.sent.error or not one.is_alive]
    for one in stuck:
        records = many(one.waiting.records, "record") if one.waiting.records else "the end of its runs"
        why = one.error.rstrip(".") or "its kernel is gone"
        yield wrong(f"{one.name}: {records} not stored yet, {why}", "nbtrack sync")
    moving = sum(one.waiting.records for one in waiting if one not in stuck)
    if moving:
        yield well(f"{many(moving, 'record')} of kernels that live on the way to the store")
    elif not stuck:
        yield well("Nothing is waiting: all that was logged is stored")


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
