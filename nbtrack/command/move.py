"""`nbtrack export` and `nbtrack import`: experiments from one store to another, by a folder in between."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nbtrack.command.words import many, shown
from nbtrack.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mlflow import MlflowClient

T = TypeVar("T")

_STORE = click.option(
    "--store", metavar="URI", help="MLflow tracking URI or a .db file; else this folder's store"
)


@click.command("export", short_help="Copy experiments of a store into a folder.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_STORE
@click.option("--experiment", "names", multiple=True, metavar="NAME", help="which ones; all")
@click.pass_context
def save(ctx: click.Context, folder: Path, store: str | None, names: tuple[str, ...]) -> None:
    """Copy experiments into FOLDER: runs with all points, tags, files, datasets and models.

    Typed again, it goes on where it was broken off, and adds what is new. What is deleted in the store is
    left out, and so are traces. `nbtrack import FOLDER` brings it into another store.
    """
    with _opened(ctx, store, f"nbtrack export {folder}") as client:
        from nbtrack.moving.out import Export

        folder.mkdir(parents=True, exist_ok=True)
        export = Export(client, folder, names)
        runs = export.runs()
        new = _each(runs, export.run, "runs")
        export.finish(runs)
        click.echo(f"{many(len(runs), 'run')} in {shown(str(folder))}, {new:,} of them new.")


@click.command("import", short_help="Bring experiments from such a folder into a store.")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_STORE
@click.pass_context
def load(ctx: click.Context, folder: Path, store: str | None) -> None:
    """Bring what `nbtrack export` wrote into FOLDER to a store, and compare all of it afterwards.

    Runs get new ids; the tag `nbtrack.moved.from` has the old one. Typed again, it goes on where it was
    broken off: no run, point or version comes twice.
    """
    with _opened(ctx, store, f"nbtrack import {folder}") as client:
        from nbtrack.moving.into import Import

        work = Import(client, folder)
        runs = work.runs()
        new = _each(runs, work.run, "runs")
        for sentence in work.finish():
            click.echo(shown(sentence))
        click.echo(f"{many(len(runs), 'run')} are in the store as they were exported, {new:,} of them new.")


def _each(items: Sequence[T], work: Callable[[T], bool], label: str) -> int:
    """Do something with each, with a bar on a terminal; return how often it was news."""
    if not sys.stdout.isatty():
        return sum(work(one) for one in items)
    with click.progressbar(items, label=label) as bar:
        return sum(work(one) for one in bar)


@contextmanager
def _opened(ctx: click.Context, store: str | None, again: str) -> Iterator[MlflowClient]:
    """Open a store for MLflow and for this process.

    Raises
    ------
    NbtrackError
        If it can't be used, with what to do.
    """
    from nbtrack import settings
    from nbtrack.store.faults import understood

    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"  # there is a bar for runs
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    uri = settings.resolve(folder=Path.cwd(), root=None, notebook=None, store=store, experiment="-").store
    try:
        mlflow: Any = __import__("mlflow")
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        yield mlflow.MlflowClient()
    except KeyboardInterrupt:
        click.echo(f"\nStopped. Type `{shown(again)}` to go on: what is done stays.")
        ctx.exit(1)
    except Exception as error:
        found = understood(error, uri)
        if found is None or found is error:
            raise
        if isinstance(found, StoreUnavailable):
            click.echo(
                f"Type `{shown(again)}` to go on when it is there again: what is done stays.", err=True
            )
        raise found from error
