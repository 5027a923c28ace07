"""Switch tracking on and off, choose the store, say how things are: what `%track` is a face of."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from nbtrack.errors import Invalid
from nbtrack.uris import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

Models = Literal["off", "inline"]

_SOURCES = {
    "explicit": "chosen by you",
    "environment": "from the environment",
    "pyproject": "from [tool.nbtrack] in pyproject.toml",
    "found": "found beside the notebook",
    "default": "the default",
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
        Whether autologging logs models: "off" or "inline".
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
            "captured   cell source, executed cells, packages, git commit and diff; secrets redacted",
            f"runs       {made} made by this kernel, {going} open",
        ]
        return "\n".join([*lines, *(f"notice     {notice}" for notice in self.notices)])


class Kernel(Protocol):
    """What a loaded nbtrack offers `track`."""

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
) -> Status:
    """Switch tracking on or off, choose store and experiment, and return how things stand.

    Parameters
    ----------
    state
        "on" or "off" for the cells that follow; "status" changes nothing.
    store
        Tracking URI, or a path that ends in ``.db``.
    experiment
        Name of the experiment for the runs that follow, made if it does not exist.
    models
        "inline" lets autologging log models during `fit`, as MLflow does; "off" does not.

    Raises
    ------
    Invalid
        If nbtrack is not loaded in this kernel, or a value can't be used.
    """
    if not _serving:
        raise Invalid("nbtrack is not loaded in this kernel.", hint="Type `%load_ext nbtrack` first.")
    if state not in ("on", "off", "status"):
        raise Invalid(f"{state!r} is no state of tracking.", hint="Type `%track on`, `off` or `status`.")
    if models not in (None, "off", "inline"):
        raise Invalid(f"{models!r} is no way to log models.", hint="Type `%track --models inline` or `off`.")
    kernel = _serving[-1]
    if store or experiment:
        kernel.move(store, experiment)
    if models is not None:
        kernel.set_models(models)
    if state != "status":
        kernel.switch(on=state == "on")
    return kernel.status()


@contextlib.contextmanager
def serving(kernel: Kernel) -> Iterator[None]:
    """Let `track` speak to `kernel`."""
    _serving.append(kernel)
    try:
        yield
    finally:
        _serving.remove(kernel)
