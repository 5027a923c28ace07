"""`nbtrack repair`: end the runs that dead kernels left RUNNING, without a notebook."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbtrack.command.words import shown

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from nbtrack.orphans import Repair
    from nbtrack.records import RunRecord


@click.command("repair")
@click.option("--apply", is_flag=True, help="End them as KILLED.")
@click.option("--store", metavar="URI", help="The store; without it, the one of this folder.")
def mend(*, apply: bool, store: str | None) -> None:
    """List the runs that dead kernels left RUNNING.

    Runs of kernels that live are never touched.
    """
    from nbtrack import settings
    from nbtrack.store.faults import understood

    folder = Path.cwd()
    uri = settings.resolve(folder=folder, root=None, notebook=None, store=store, experiment="-").store
    click.echo(f"Store: {shown(uri)}")
    try:
        from nbtrack.orphans import repair

        found = repair(apply=apply, client=_client(uri, folder))
    except Exception as error:
        meant = understood(error, uri)
        if meant is None:
            raise
        raise meant from error
    said = "nbtrack repair --apply" + (f" --store {shlex.quote(shown(store))}" if store else "")
    for text in _lines(found):
        click.echo(text.replace("%track_repair --apply", said))


def _client(uri: str, folder: Path) -> MlflowClient:
    """Return a client of a store that answers; nothing is made or upgraded to look at it."""
    from nbtrack.store.opened import Store

    opened = Store(uri, folder)
    opened.check_server()
    opened.warm_up()
    opened.ready()
    return opened.client


def _lines(found: Repair) -> list[str]:
    """Return the table; a name with a line break in it is no line of its own."""
    safe = replace(found, runs=tuple(_safe(run) for run in found.runs))
    return repr(safe).splitlines()


def _safe(run: RunRecord) -> RunRecord:
    tags = {shown(key): shown(value) for key, value in run.tags.items()}
    return replace(
        run, run_id=shown(run.run_id), name=None if run.name is None else shown(run.name), tags=tags
    )
