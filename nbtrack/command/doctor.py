"""`nbtrack doctor`: what of an installation works, what does not, and what to type then."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from nbtrack.command.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.command.finding import Finding

_COLOURS = {"✓": "green", "✗": "red", "·": "blue"}


@click.command("doctor", short_help="Examine this installation and this folder's store.")
@click.option(
    "--store", metavar="URI", help="Examine this store instead of the folder's; `azureml` for a workspace."
)
@click.pass_context
def examine(ctx: click.Context, store: str | None) -> None:
    """Examine this installation, the store of this folder, and the journals.

    Exits with 1 if something is wrong. Changes nothing.
    """
    click.echo(f"nbtrack in {shown(sys.executable)}")
    is_well = True
    for found in _findings(store):
        click.echo(f"{click.style(found.mark, fg=_COLOURS[found.mark])} {found.text}")
        is_well = is_well and found.mark != "✗"
    if not is_well:
        ctx.exit(1)


def _findings(store: str | None) -> Iterator[Finding]:
    """Yield one after the other: each is printed as soon as it is known."""
    from nbtrack.command import installed, place

    yield from installed.versions()
    yield installed.sidebar()
    yield installed.server()
    yield from place.store(store)
    yield from place.disk()
    yield from place.left()
