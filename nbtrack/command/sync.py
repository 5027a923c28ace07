"""`nbtrack sync`: send now what waits, also what kernels that are gone have left."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from nbtrack.command.journals import look, looks
from nbtrack.command.status import NOTHING
from nbtrack.command.words import amount, many, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nbtrack.command.journals import Look

_PATIENCE = 5.0  # seconds without progress of the process that sends a journal already
_PAUSE = 0.2


@click.command("sync")
@click.pass_context
def send(ctx: click.Context) -> None:
    """Send what waits on this machine to its stores, and wait for it.

    Exits with 0 if all is stored, with 1 if something still waits. To send again changes nothing.

    No journal holds a password: for a store with one in its URI, set MLFLOW_TRACKING_URI to the whole of it.
    """
    found = looks()
    for one in found:
        if one.sent.refused:
            click.echo(f"{one.name}: {one.refusal}")
    left = [one for one in found if one.is_left]
    if not left:
        click.echo(NOTHING)
        return
    from nbtrack.journal.into_client import be_impatient

    be_impatient()
    try:
        stored = [_send(one) for one in left]
    except KeyboardInterrupt:
        click.echo(f"\n{_stopped([one.folder for one in left])}")
        ctx.exit(1)
    if not all(stored):
        ctx.exit(1)
    click.echo("All that was logged is stored.")


def _send(one: Look) -> bool:
    """Send a journal, say what came of it, and return whether all of it is stored."""
    from nbtrack.journal.left import Busy, drain
    from nbtrack.journal.target import Away

    try:
        with _progress(one) as told:
            try:
                drain(one.folder, told)
                is_stored = True
            except Busy:
                is_stored = _waited(one.folder, told)
    except Away as why:
        click.echo(f"{_still(one)} {sentence(str(why))} Type `nbtrack sync` to try again.")
        return False
    except OSError as error:
        why_not = sentence(error.strerror or type(error).__name__)
        click.echo(f"{_still(one)} {why_not} Type `nbtrack doctor` to see more.")
        return False
    if not is_stored:
        click.echo(_still(one, "Its own process is sending it. Type `nbtrack status` to see how far it is."))
        return False
    click.echo(_stored(one))
    return True


def _waited(folder: Path, told: Callable[[int, int], None]) -> bool:
    """Wait for the process that sends a journal already, as long as it gets on; return whether it is done."""
    from nbtrack.journal.left import behind
    from nbtrack.journal.state import sent

    whole = least = behind(folder, sent(folder))
    until = time.monotonic() + _PATIENCE
    while (now := behind(folder, sent(folder))) and time.monotonic() < until:
        if now < least:
            least, until = now, time.monotonic() + _PATIENCE
            told(whole - now, whole)
        time.sleep(_PAUSE)
    return not now


@contextmanager
def _progress(one: Look) -> Iterator[Callable[[int, int], None]]:
    """Show how far a journal is, on a terminal; elsewhere, say nothing until it is sent."""
    if not sys.stdout.isatty():
        yield lambda _done, _whole: None
        return
    with click.progressbar(length=max(1, one.waiting.bytes), label=one.name) as bar:

        def told(done: int, whole: int) -> None:
            bar.length = max(1, whole)
            bar.update(max(0, done - bar.pos))

        yield told


def _stored(before: Look) -> str:
    """Say that all of a journal is stored, but for what was refused."""
    after = look(before.folder)
    refused = 0 if after is None else after.sent.refused - before.sent.refused
    records = many(max(0, before.waiting.records - refused), "record")
    text = f"{before.name}: {records} stored."
    if before.ends:
        text += " Its kernel is gone: runs that it left open are ended."
    return text if after is None or not refused else f"{text} There are {after.refusal}"


def _still(before: Look, why: str = "") -> str:
    """Say what of a journal waits now: some of it may have been stored."""
    now = look(before.folder) or before
    records = now.waiting.records
    what = f"{many(records, 'record')} still wait{'s' if records == 1 else ''}"
    trouble = f" {sentence(now.sent.error)}" if why and now.sent.error else ""
    return f"{now.name}: {what if records else 'the end of its runs still waits'}.{trouble} {why}".rstrip()


def _stopped(folders: list[Path]) -> str:
    """Say what is left after Ctrl-C; without counting records, which takes a while where there are many."""
    from nbtrack.journal.left import behind
    from nbtrack.journal.state import sent

    sizes = [size for size in (behind(folder, sent(folder)) for folder in folders) if size]
    if not sizes:
        return "Stopped. Nothing is lost: all that was logged is stored."
    where = f"{amount(sum(sizes))} of {many(len(sizes), 'kernel')}"
    return f"Stopped. Nothing is lost: {where} still wait on this machine. Type `nbtrack sync` to go on."
