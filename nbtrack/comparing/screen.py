"""Where runs are shown in a notebook: at once, and a moment later with a picture if that takes long."""

from __future__ import annotations

import contextvars
import logging
import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import traitlets

from nbtrack import picture
from nbtrack.comparing import output, selection
from nbtrack.errors import Invalid
from nbtrack.painter import Painter

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd  # type: ignore[import-untyped]

    from nbtrack.comparing.source import Source

    Json = dict[str, Any]

_log = logging.getLogger(__name__)

# The first picture of a process takes seconds. Where nobody looks at the notebook while it is executed, the
# picture must be there when the cell ends.
_PATIENCE, _HEADLESS = 2.0, 20.0
_painter = Painter()
_painting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Shot:
    """What is to be shown.

    Attributes
    ----------
    payload
        For our screen in the page.
    text, html
        For hosts that draw nothing.
    spec
        Vega-Lite, for the picture; None for no picture.
    """

    payload: Json
    text: str
    html: str
    spec: Json | None

    def bundle(self, image: bytes | None) -> Json:
        """Return it by MIME type."""
        return output.bundle(self.payload, self.text, self.html, image)


class Shown(traitlets.HasTraits):
    """Runs that a notebook shows.

    Attributes
    ----------
    selected
        Ids of the runs that are selected on the page; `.observe(function, "selected")` hears of changes.
    """

    selected = traitlets.List(traitlets.Unicode())

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.key = uuid.uuid4().hex
        selection.listen(self.key, self)

    @property
    def run_ids(self) -> list[str]:
        """Ids of the runs, in order."""
        raise NotImplementedError

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each run, with the columns `params.x`, `metrics.y`, `tags.z`."""
        raise NotImplementedError

    @property
    def selected_frame(self) -> pd.DataFrame:
        """The rows of `frame` whose runs are selected."""
        frame = self.frame
        return frame[frame["run_id"].isin(self.selected)].reset_index(drop=True)

    def shot(self) -> Shot:
        """Return what is to be shown now."""
        raise NotImplementedError

    def holds(self, run_ids: list[str]) -> bool:
        """Tell whether all these runs are among those shown."""
        return set(run_ids) <= set(self.run_ids)

    @traitlets.validate("selected")
    def _validate_selected(self, proposal: Any) -> list[str]:
        wanted: list[str] = list(proposal["value"])
        if not self.holds(wanted):
            other = min(set(wanted) - set(self.run_ids))
            raise Invalid(f"Run {other} is not among these.", hint="Select from `.run_ids`.")
        return wanted

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[Json, Json]:
        _ = include, exclude
        shot = self.shot()
        data = shot.bundle(None if shot.spec is None else _png(shot.spec, _HEADLESS))
        return data, picture.metadata(data)

    def _ipython_display_(self) -> None:
        """Show it where a late picture can come into it."""
        from IPython import get_ipython

        shell = get_ipython()
        shot = self.shot()
        publisher = shell.display_pub
        context, transient = contextvars.copy_context(), {"display_id": uuid.uuid4().hex}

        def publish(image: bytes | None, *, update: bool) -> None:
            data = shot.bundle(image)
            shown = {"nbtrack": {"comparison": self.key}, **picture.metadata(data)}
            context.run(publisher.publish, data, shown, transient=transient, update=update)

        if shot.spec is None or not hasattr(shell, "kernel"):
            publish(None, update=False)
        else:
            _show(publish, shot.spec, _PATIENCE if _is_watched(shell) else _HEADLESS)


def _show(publish: Callable[..., None], spec: Json, patience: float) -> None:
    """Publish with a picture, or without and then again with it."""
    painted, turn = threading.Event(), threading.Lock()
    images: list[bytes | None] = []
    shown = False

    def paint() -> None:
        image = _paint(spec)
        with turn:
            images.append(image)
            painted.set()
            if shown and image is not None:
                publish(image, update=True)

    threading.Thread(target=paint, name="nbtrack-comparison", daemon=True).start()
    painted.wait(patience)
    with turn:
        publish(images[0] if images else None, update=False)
        shown = True


def _png(spec: Json, patience: float) -> bytes | None:
    images: list[bytes | None] = []

    def paint() -> None:
        images.append(_paint(spec))

    thread = threading.Thread(target=paint, name="nbtrack-comparison", daemon=True)
    thread.start()
    thread.join(patience)
    return images[0] if images else None


def _paint(spec: Json) -> bytes | None:
    with _painting:  # a painter is no matter for threads
        try:
            return _painter.png(spec, output.PICTURE)
        except Exception:  # noqa: BLE001 - the comparison is there without a picture too
            _log.debug("could not paint a comparison", exc_info=True)
            return None


def _is_watched(shell: Any) -> bool:
    """Tell whether a page executes the cell: such a one says which cell it is."""
    parent = shell.get_parent() or {}
    return bool((parent.get("metadata") or {}).get("cellId"))
