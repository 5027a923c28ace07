"""Switch tracking on and off, choose the store, say how things are: what `%track` is a face of."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from nbtrack.errors import Invalid
from nbtrack.look import CAPTURED, Live, Save
from nbtrack.picture import rehearse
from nbtrack.uris import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.look import Look

Models = Literal["off", "later", "inline"]

_SOURCES = {
    "explicit": "chosen by you",
    "environment": "from the environment",
    "pyproject": "from [tool.nbtrack] in pyproject.toml",
    "found": "found beside the notebook",
    "default": "the default",
}

_STAYS = {
    "auto": "a chart and a picture of at most 60 KB",
    "png": "a picture",
    "full": "a chart and a picture",
    "none": "one line of text",
}


@dataclass(frozen=True, slots=True)
class Status:
    """How tracking stands in this kernel. Printed, it is a few lines of text.

    Attributes
    ----------
    tracking
        Whether cells make runs.
    store
        Tracking URI, without credentials.
    store_source, experiment, notebook
        Who chose the store; the experiment's name and the notebook's path, None where not known.
    models
        Whether autologging logs models: not, behind the cell, or during `fit`.
    live, save
        How cards are shown while a cell runs, and what stays of them.
    logged
        In a few words, how far the store has what was logged.
    runs
        How many runs this kernel has made, and how many of them are open.
    notices
        What nbtrack had to say in this kernel.
    """

    tracking: bool
    store: str
    store_source: str
    experiment: str | None
    notebook: str | None
    models: Models
    live: Live
    save: Save
    logged: str
    runs: tuple[int, int]
    notices: tuple[str, ...]

    def __repr__(self) -> str:
        made, going = self.runs
        lines = [
            f"nbtrack    {'on' if self.tracking else 'off (`%track on` switches it on)'}",
            f"store      {readable(self.store)} ({self.store}), {_SOURCES[self.store_source]}",
            f"experiment {self.experiment or 'chosen by MLflow'}",
            f"notebook   {self.notebook or 'not known'}",
            f"models     {self.models}",
            f"card       {self.live} while a cell runs, then {_STAYS[self.save]}",
            f"captured   {CAPTURED}",
            f"logged     {self.logged}",
            f"runs       {made} made by this kernel, {going} open",
        ]
        return "\n".join([*lines, *(f"notice     {notice}" for notice in self.notices)])


class Kernel(Protocol):
    """What a loaded nbtrack offers `track`."""

    look: Look

    def switch(self, *, on: bool) -> None:
        """Track the cells from now on, or leave them alone."""

    def move(self, store: str | None, experiment: str | None) -> None:
        """Use another store or experiment from now on."""

    def set_models(self, models: Models) -> None:
        """Choose whether autologging logs models."""

    def status(self) -> Status:
        """Say how things stand."""


_serving: list[Kernel] = []


def track(
    state: Literal["on", "off", "status"] = "status",
    *,
    store: str | None = None,
    experiment: str | None = None,
    models: Models | None = None,
    live: Live | None = None,
    save: Save | None = None,
    chart: Callable[[Any], Any] | Literal["default"] | None = None,
) -> Status:
    """Switch tracking on or off, choose store, experiment and charts, and return how things stand.

    Parameters
    ----------
    state
        "on" or "off" for the cells that follow; "status" changes nothing.
    store
        Tracking URI, a path that ends in ``.db``, or ``azureml`` for the workspace of the nearest
        config.json.
    experiment
        Name of the experiment for the runs that follow, made if it does not exist.
    models
        "inline" lets autologging log models during `fit`, as MLflow does; "off" does not.
    live
        What a cell shows while it runs: "full" its charts, "compact" its values, "off" nothing.
    save
        What stays in the notebook: "auto" a chart and a picture, 60 KB at most; "png" the picture only;
        "full" both at any size; "none" a line of text.
    chart
        A function that draws in place of nbtrack: takes a DataFrame with the columns run, metric, step, time
        (seconds) and value, returns an Altair chart. "default" goes back.

    Raises
    ------
    Invalid
        If nbtrack is not loaded in this kernel, or a value can't be used.
    """
    if not _serving:
        raise Invalid("nbtrack is not loaded in this kernel.", hint="Type `%load_ext nbtrack` first.")
    if state not in ("on", "off", "status"):
        raise Invalid(f"{state!r} is no state of tracking.", hint="Type `%track on`, `off` or `status`.")
    for option, value, choices in (
        ("models", models, get_args(Models)),
        ("live", live, get_args(Live)),
        ("save", save, get_args(Save)),
    ):
        if value is not None and value not in choices:
            raise Invalid(f"{value!r} is no choice of `{option}`.", hint=f"It takes {', '.join(choices)}.")
    if chart not in (None, "default") and not callable(chart):
        raise Invalid(f"{chart!r} is no function that draws.", hint="Name a function of yours, or `default`.")
    kernel = _serving[-1]
    if store or experiment:
        kernel.move(store, experiment)
    if models is not None:
        kernel.set_models(models)
    look = kernel.look
    look.live, look.save = live or look.live, save or look.save
    if chart is not None:
        look.chart = None if isinstance(chart, str) else _rehearsed(chart)
    if state != "status":
        kernel.switch(on=state == "on")
    return kernel.status()


def _rehearsed(chart: Callable[[Any], Any]) -> Callable[[Any], Any]:
    rehearse()
    return chart


@contextlib.contextmanager
def serving(kernel: Kernel) -> Iterator[None]:
    """Let `track` speak to `kernel`."""
    _serving.append(kernel)
    try:
        yield
    finally:
        _serving.remove(kernel)
