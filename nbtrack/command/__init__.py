"""The console command `nbtrack`, for when no notebook is open: a table of contents.

::

    status          what of the kernels' logging the stores do not have yet
    sync            send it now
    repair          `%track_repair`, without a notebook
    move            experiments into a folder, and from there into another store
    doctor ─▶ installed, place ─▶ finding
    journals        what there is to say about each journal
    words           texts of anybody's, as a terminal may show them

Importing this loads neither MLflow nor Jupyter.
"""

from __future__ import annotations

import sys
from importlib import metadata
from io import TextIOWrapper
from typing import Any

import click

from nbtrack.command import doctor, move, repair, status, sync
from nbtrack.command.words import shown
from nbtrack.errors import NbtrackError


class _Plain(click.Group):
    """Tells nbtrack's errors in their own words, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # a Windows console without «✓» is no reason to stop
        try:
            return super().invoke(ctx)
        except NbtrackError as error:
            raise click.ClickException(shown(str(error), longest=None)) from error


@click.group(cls=_Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("nbtrack"), "-V", "--version", message="nbtrack %(version)s")
def main() -> None:
    """See to nbtrack from a terminal."""


for _command in (status.show, sync.send, repair.mend, doctor.examine, move.save, move.load):
    main.add_command(_command)
