"""`nbtrack status`: what of the kernels' logging the stores do not have yet. Loads no MLflow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from nbtrack.command.journals import looks
from nbtrack.command.words import amount, lasting, many, moment, since

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.command.journals import Look

NOTHING = "Nothing is waiting: all that was logged is stored."


@click.command("status")
@click.option("as_json", "--json", is_flag=True, help="Print JSON, for programs.")
def show(*, as_json: bool) -> None:
    """Say what waits on this machine to be stored.

    Kernels write what they log to this machine's disk first; from there a process sends it to the store.
    """
    found = looks()
    if as_json:
        click.echo(json.dumps({"version": 1, "journals": [_plain(one) for one in found]}, indent=2))
        return
    for one in found:
        if one.is_left or one.sent.error or one.sent.refused:
            click.echo("\n".join(_lines(one)))
    if not any(one.is_left for one in found):
        click.echo(NOTHING)
    elif any(one.is_left and (one.sent.error or not one.is_alive) for one in found):
        click.echo("Type `nbtrack sync` to send it now.")


def _lines(one: Look) -> Iterator[str]:
    alive = click.style("alive", fg="green") if one.is_alive else click.style("gone", fg="yellow")
    yield f"{click.style(one.name, bold=True)} · {alive}"
    waiting = one.waiting
    if waiting.records:
        oldest = "" if one.oldest is None else f", the oldest for {lasting(since(one.oldest))}"
        what = f"{many(waiting.records, 'record')} of {many(len(waiting.runs), 'run')}"
        yield f"  waiting  {what} ({amount(waiting.bytes)}){oldest}"
    elif one.ends:
        yield "  waiting  the end of its runs"
    if one.sent.error:
        begun = f", since {moment(one.sent.since)}" if one.sent.since else ""
        yield f"  trouble  {one.error.rstrip('.')}{begun}."
    if one.sent.refused:
        yield f"  refused  {one.refusal}"


def _plain(one: Look) -> dict[str, Any]:
    kernel, waiting, sent = one.kernel, one.waiting, one.sent
    return {
        "folder": str(one.folder),
        "kernel_id": kernel.kernel_id if kernel is not None else None,
        "notebook": kernel.notebook if kernel is not None else None,
        "pid": kernel.pid if kernel is not None else None,
        "alive": one.is_alive,
        "waiting": {
            "records": waiting.records,
            "runs": sorted(waiting.runs),
            "bytes": waiting.bytes,
            "oldest": one.oldest,
            "ends": one.ends,
        },
        "stored": sent.stored,
        "error": one.error or None,
        "error_since": sent.since or None,
        "refused": sent.refused,
        "refused_file": str(one.refused) if sent.refused else None,
    }
