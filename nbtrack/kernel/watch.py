"""Hands what is logged to the card of its cell. On the cell's path: one look at whose it is, one append."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack import loops
from nbtrack.kernel import clearing
from nbtrack.kernel.behind import Behind
from nbtrack.live.drawing import Drawing
from nbtrack.live.screen import Screen
from nbtrack.live.system import System
from nbtrack.look import CAPTURED, Look
from nbtrack.painter import Painter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.kernel.cells import Cell
    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.runs import Runs
    from nbtrack.live.card import Card, CardRun
    from nbtrack.live.show import Show

# Cells whose last card is remembered, to be drawn faint behind the next.
REMEMBERED = 100
# Where nobody looks at the notebook while it is executed, the picture must be there when the cell ends.
HEADLESS_SECONDS = 10.0


class Watch:
    """The cards of this kernel.

    Parameters
    ----------
    shell
        Shows them. One without a kernel (IPython in a terminal) shows none.
    guard
        Keeps a fault in following a loop from the user, whose loop it is.
    tell
        Called with a sentence for the user.
    behind
        Returns in words how far the store is behind, "" where it keeps up.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        runs: Runs,
        guard: Guard,
        tell: Callable[[str], None],
        behind: Callable[[], str],
    ) -> None:
        self.look = Look()
        self._publisher: Any = shell.display_pub if hasattr(shell, "kernel") else None
        self._runs = runs
        self._note_progress = guard(self.progress, None)
        self._show_again = guard(self.cleared, None)
        self._tell = tell
        self._behind = guard(behind, "")
        self._told = False
        self._drawing = Drawing(self._failed)
        self._system = System()
        self._pictures = Behind("nbtrack-pictures")
        self._painter = Painter()
        self._shows: dict[str, Show] = {}
        self._latest: dict[str, Card] = {}

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Hear of pages and of loops as long as this lasts."""
        if self._publisher is None:
            yield
            return
        with (
            self._drawing.pages.listening(),
            loops.telling(self._note_progress),
            clearing.keeping(self._publisher, self._show_again),
        ):
            yield

    def start(self) -> None:
        """Start to draw. What the drawing thread imports is imported here, in the caller's."""
        if self._publisher is not None:
            _prepare()
            self._drawing.start()

    def stop(self, seconds: float) -> None:
        """Draw what was logged, then end; wait for it at most `seconds`."""
        self._drawing.stop(seconds)
        self._pictures.stop(seconds)
        self._painter.close()

    def seen(self, run_id: str, metrics: Sequence[Any], params: Sequence[Any]) -> None:
        """Take what is being logged to a run. In the thread that logs."""
        cell = self._watched(run_id)
        if cell is not None:
            self._drawing.post(partial(self._fold, cell, run_id, metrics, params))

    def points(self, run_id: str, values: Mapping[str, float], timestamp: int, step: int) -> None:
        """Take a point of each of several metrics, as `seen` does; `values` is not copied."""
        cell = self._watched(run_id)
        if cell is not None and cell.points.put(run_id, values, timestamp, step):
            self._drawing.post(partial(self._fold_points, cell))

    def _watched(self, run_id: str) -> Cell | None:
        """Return the cell whose card shows what is being logged to a run; None where none does."""
        if self._publisher is None:
            return None
        cell = self._runs.whose.mine() or self._runs.known.get(run_id, (None,))[0]
        if cell is None or not cell.tracked or cell.over.is_set():
            return None
        cell.watched = True
        return cell

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Take how far a loop of the running cell is."""
        cell = self._runs.whose.mine()
        if cell is None or not cell.tracked or cell.over.is_set():
            return
        cell.watched = True

        def note() -> None:
            from nbtrack.live.card import Progress

            show = self._show(cell)
            if show is not None:
                show.card.progress = Progress(done, total, unit)
                show.card.changes += 1

        self._drawing.post(note)

    def cleared(self) -> None:
        """Bring back the card of the running cell, which has cleared its output."""
        cell = self._runs.whose.mine()
        show = self._shows.get(cell.key) if cell else None
        if show is not None:
            show.again()

    def finish(self, cell: Cell, status: str) -> None:
        """Leave the picture of a cell that has ended."""
        if not cell.watched:
            return
        now = int(time.time() * 1000)

        def work() -> None:
            self._fold_points(cell)  # an interrupt in `points` may have come before the thread was asked to
            cell.pictured = True
            show = self._shows.pop(cell.key, None)
            if show is None:
                return
            self._drawing.remove(show)
            try:
                show.finish(status, now)
            finally:
                self._remember(cell.identity, show.card)
            painted = self._pictures.put(partial(show.paint, self._painter.png))
            if cell.cell_id is None:
                painted.wait(HEADLESS_SECONDS)

        drawn = self._drawing.now(work)
        if cell.cell_id is None:
            drawn.wait(HEADLESS_SECONDS)

    def _remember(self, identity: str, card: Card) -> None:
        card.previous = None  # or each card would keep all before it
        self._latest.pop(identity, None)
        self._latest[identity] = card
        while len(self._latest) > REMEMBERED:
            del self._latest[next(iter(self._latest))]

    def _failed(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            self._tell(
                f"a card could not be drawn ({type(error).__name__}: {error}). Your runs are not affected. "
                "`%track --live off` draws none."
            )

    # -- in the drawing thread ---------------------------------------------------------------------

    def _show(self, cell: Cell) -> Show | None:
        """Return the cell's card on the screen; None for a thread's late word when that is over."""
        if cell.pictured:
            return None
        from nbtrack.live.card import Card
        from nbtrack.live.show import Show

        show = self._shows.get(cell.key)
        if show is None:
            card = Card(cell.display, cell.cell_id, cell.started, self._latest.get(cell.identity))
            screen = Screen(self._publisher, cell.context, cell.display, cell.cell_id)
            look = replace(self.look, live=cell.live or self.look.live)
            show = Show(card, screen, self._drawing.pages, look, self._system, self._tell, self._behind)
            self._shows[cell.key] = show
            self._drawing.add(show)
        return show

    def _fold_points(self, cell: Cell) -> None:
        show, run_id, run = self._show(cell), "", None
        if show is None:
            return
        for of, key, value, timestamp, step in cell.points.taken():
            if of != run_id:
                run_id, run = of, self._run(cell, show.card, of)
            if run is not None:
                show.card.add_point(run, key, value, timestamp, step)

    def _fold(self, cell: Cell, run_id: str, metrics: Sequence[Any], params: Sequence[Any]) -> None:
        show = self._show(cell)
        run = self._run(cell, show.card, run_id) if show else None
        if show is None or run is None:
            return
        if params:
            show.card.add_params(run, {param.key: str(param.value) for param in params})
        if metrics:
            show.card.add_metrics(run, metrics)

    def _run(self, cell: Cell, card: Card, run_id: str) -> CardRun | None:
        """Return a run as the cell's card has it; None where that has no room for it."""
        _, made = self._runs.known.get(run_id, (None, None))
        name, experiment_id = (made.name, made.experiment_id) if made else (run_id[:8], "")
        run = card.add_run(run_id, experiment_id, name)
        if cell.parent is not None:
            card.title, card.titled = cell.parent.name, cell.parent.run_id
        if run is not None and made is not None and made.is_cells:
            card.captured = f"captured: {CAPTURED}"
        return run


def _prepare() -> None:
    """Import what drawing needs. Not in the thread that draws: MLflow's hooks on imports can lock it out."""
    import psutil  # noqa: F401 - for `System`

    from nbtrack import picture  # noqa: F401 - for `Show`
    from nbtrack.live import card, show  # noqa: F401 - for `_show`
    from nbtrack.panel import template

    template()
