"""The magics: a table of contents. Each parses its line and calls the public function of its name."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

import nbtrack
from nbtrack.kernel.cells import metadata_of
from nbtrack.kernel.options import (
    TRACK,
    TRACK_COMPARE,
    TRACK_REGISTER,
    TRACK_REPAIR,
    TRACK_RUN,
    TRACK_RUNS,
    Options,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.comparing.comparison import Comparison
    from nbtrack.comparing.listing import Runs
    from nbtrack.connecting.checked import Checked
    from nbtrack.orphans import Repair
    from nbtrack.registering.form import Form
    from nbtrack.registering.registration import Registration
    from nbtrack.switch import Status


def _explained(options: Options) -> Callable[[Any], Any]:
    """Let ``%magic?`` show the options' help."""

    def explain(method: Any) -> Any:
        method.__doc__ = options.format_help()
        return method

    return explain


@magics_class
class TrackMagics(Magics):
    """nbtrack's magics."""

    @_explained(TRACK)
    @line_magic
    def track(self, line: str) -> Status | Checked:
        """Switch tracking, choose a store, check it, say how things stand."""
        asked = TRACK.parse(line)
        is_check = asked.state == "check"
        status = nbtrack.track(
            "status" if is_check else asked.state,
            store=asked.store,
            experiment=asked.experiment,
            models=asked.models,
            live=asked.live,
            save=asked.save,
            chart=self._chart(asked.chart),
        )
        return nbtrack.check() if is_check else status

    def _chart(self, name: str | None) -> Any:
        """Return the user's function of that name; «default» and None stand for themselves."""
        if name in (None, "default"):
            return name
        return self._named(name, "%track", "Define the function, or type `default`.")

    def _named(self, name: str, magic: str, cure: str) -> Any:
        """Return the user's object of that name."""
        names = {} if self.shell is None else self.shell.user_ns
        if name not in names:
            raise UsageError(f"{magic}: there is no {name} here. {cure}")
        return names[name]

    @_explained(TRACK_RUN)
    @line_cell_magic
    def track_run(self, line: str, cell: str | None = None) -> None:
        """Start the cell's run."""
        if cell is not None:
            # `%%track_run` on a first line never arrives here: transform.py has made it a line magic.
            raise UsageError("%%track_run must be the first line of its cell.")
        asked = TRACK_RUN.parse(line)
        nbtrack.track_run(
            asked.name,
            tags=dict(asked.tag),
            params=dict(asked.param),
            experiment=asked.experiment,
            note=asked.note,
        ).start()

    @_explained(TRACK_REPAIR)
    @line_magic
    def track_repair(self, line: str) -> Repair:
        """List or end the runs of dead kernels."""
        return nbtrack.repair(apply=TRACK_REPAIR.parse(line).apply)

    @_explained(TRACK_RUNS)
    @line_magic
    def track_runs(self, line: str) -> Runs:
        """Show a table of runs."""
        asked = TRACK_RUNS.parse(line)
        return nbtrack.runs(
            asked.filter,
            notebook=asked.notebook or None,
            experiment=asked.experiment,
            cell=self._cell() if asked.cell else None,
            order_by=asked.order_by,
            max_results=asked.max,
            store=asked.store,
        )

    def _cell(self) -> str:
        """Return the id of the cell that runs."""
        cell_id = metadata_of(self.shell).get("cellId")
        if cell_id is None:
            raise UsageError("%track_runs: this front end does not tell cells apart. Try `--notebook`.")
        return str(cell_id)

    @_explained(TRACK_COMPARE)
    @line_magic
    def track_compare(self, line: str) -> Comparison:
        """Compare runs."""
        asked = TRACK_COMPARE.parse(line)
        return nbtrack.compare(
            *asked.runs,
            last=asked.last,
            filter=asked.filter,
            children=asked.children,
            baseline=asked.baseline,
            experiment=asked.experiment,
            metric=asked.metric,
            also=asked.also,
        )

    @_explained(TRACK_REGISTER)
    @line_magic
    def track_register(self, line: str) -> Registration | Form:
        """Register a model, or show a form that does."""
        if not line.strip():
            return nbtrack.register()
        asked = TRACK_REGISTER.parse(line)
        if len(asked.words) > _RUN_AND_NAME:
            TRACK_REGISTER.error(f"«{' '.join(asked.words)}» are more words than RUN and NAME")
        *run, name = asked.words or [None]
        data, target = self._data(asked.data, asked.target)
        return nbtrack.register(
            run[0] if run else None,
            name,
            model=asked.model,
            aliases=asked.alias,
            tags=dict(asked.tag),
            description=asked.description,
            require=asked.require,
            data=data,
            target=target,
            yes=asked.yes,
        )

    def _data(self, data: str | None, target: str | None) -> tuple[Any, Any]:
        """Return the user's data, and which of them is the truth."""
        cure = "Name a variable of yours."
        held = None if data is None else self._named(data, "%track_register", cure)
        if target is None or target in getattr(held, "columns", ()):
            return held, target
        return held, self._named(
            target, "%track_register", f"Name a column of {data}, or a variable of yours."
        )


_RUN_AND_NAME = 2


@contextlib.contextmanager
def registered(shell: InteractiveShell) -> Iterator[None]:
    """Register the magics; put back what they hid."""
    manager = shell.magics_manager
    before = {kind: dict(table) for kind, table in manager.magics.items()}
    registry = dict(manager.registry)
    shell.register_magics(TrackMagics)
    try:
        yield
    finally:
        for kind, table in manager.magics.items():
            for name in TrackMagics.magics[kind]:
                if name in before[kind]:
                    table[name] = before[kind][name]
                else:
                    table.pop(name, None)
        if TrackMagics.__name__ not in registry:
            manager.registry.pop(TrackMagics.__name__, None)
