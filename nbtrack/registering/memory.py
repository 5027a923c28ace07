"""The estimators that this process has fitted, by the run of their fit.

Nothing is kept alive: an estimator that nobody else holds is gone, and its sample with it. The data that it
was fitted on is not kept, only the first rows.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Conflict, NotFound
from nbtrack.registering import imprint, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.comparing.source import Source
    from nbtrack.errors import NbtrackError
    from nbtrack.registering.progress import Progress

_MOST_RUNS = 200
_MOST_OF_A_RUN = 20


@dataclass(slots=True, eq=False)
class Fitted:
    """An object that a run has fitted.

    Parameters
    ----------
    get
        Returns the object; None once it is gone.
    marks
        What a later fit would change.
    automatic
        Whether a fit was heard of; else somebody named the object.
    logged
        URI of the model that it was logged as, by the digest of the store.
    """

    name: str
    get: Callable[[], Any]
    sample: Any
    marks: dict[str, Any]
    automatic: bool = False
    logged: dict[str, str] = field(default_factory=dict)


_fitted: dict[str, list[Fitted]] = {}
_gone: dict[str, str] = {}  # run ids whose objects are gone, and the name of the last


def remember(run_id: str, estimator: Any, sample: Any = None, *, automatic: bool = False) -> None:
    """Note that a run has fitted an object.

    Parameters
    ----------
    sample
        What it was fitted on; the first rows of it are kept.
    automatic
        Whether a fit was heard of: this is in its way, and must be quick.
    """
    mine = _fitted.setdefault(run_id, [])
    before = next((one for one in mine if one.get() is estimator), None)
    mine[:] = [one for one in mine if one is not before][1 - _MOST_OF_A_RUN :]
    marks = imprint.taken(estimator, thorough=not automatic)
    kept = Fitted(_name(estimator, mine), lambda: None, samples.first_rows(sample), marks, automatic)
    if before is not None and before.marks == marks:
        kept.logged = before.logged
    # No lock: the collector may call `_forget` at any moment, also in here.
    try:
        kept.get = weakref.ref(estimator, lambda _: _forget(run_id, kept))
    except TypeError:
        kept.get = lambda: estimator
    mine.append(kept)
    _fitted[run_id] = _fitted.pop(run_id, mine)  # the latest comes last
    for oldest in list(_fitted)[:-_MOST_RUNS]:
        _fitted.pop(oldest, None)
    for oldest in list(_gone)[:-_MOST_RUNS]:
        _gone.pop(oldest, None)


def of_run(run_id: str) -> list[Fitted]:
    """Return what a run has fitted and is still there unchanged, the latest last."""
    return [one for one in _fitted.get(run_id, ()) if _refusal(run_id, one) is None]


def estimator_of(run_id: str, which: str | None = None) -> Any | None:
    """Return what a run has fitted; None if that was not here, or the object is gone or was changed.

    Parameters
    ----------
    which
        Name of one of several; the latest if None.
    """
    for one in reversed(of_run(run_id)):
        if which in (None, one.name):
            return one.get()
    return None


def last_run() -> str | None:
    """Return the run of the latest fit whose object is still there."""
    return next((run_id for run_id in reversed(list(_fitted)) if of_run(run_id)), None)


def why_not(run_id: str, which: str | None = None) -> NbtrackError | None:
    """Return why nothing of a run can be logged now; None if something can."""
    mine = [one for one in _fitted.get(run_id, ()) if which in (None, one.name)]
    if not mine:
        what = f"The {_gone[run_id]} that run" if run_id in _gone else "Whatever run"
        return NotFound(
            f"{what} {run_id[:12]} has fitted is not in this kernel's memory.",
            hint="Execute its cell again, or name the object: `nbtrack.register(run, name, model=object)`.",
        )
    reasons = [_refusal(run_id, one) for one in mine]
    return None if None in reasons else reasons[-1]


def log_now(
    source: Source,
    run_id: str,
    tell: Callable[[Progress], None],
    *,
    which: str | None = None,
    name: str | None = None,
    pip_requirements: Sequence[str] = (),
    extra_pip_requirements: Sequence[str] = (),
    code_paths: Sequence[str] = (),
) -> str:
    """Log what a run has fitted as a model of that run.

    Parameters
    ----------
    tell
        Is told of each step.
    which
        Name of one of several objects; the latest if None.
    name
        What to log it as: «model» if None, and the name of the object where there are several.
    pip_requirements, extra_pip_requirements, code_paths
        As MLflow's `save_model` takes them. Without the first MLflow finds out what the model needs, which
        takes it seconds. The user's own modules that the object needs are found.

    Returns
    -------
    str
        «models:/m-…», or «runs:/<run>/<name>» on a store without the LoggedModel API. The same object logged
        again is not logged again, as long as the store has it.

    Raises
    ------
    NotFound
        If it is not in memory.
    Conflict
        If it was fitted again or changed since.
    Invalid
        If no flavor of MLflow's can save it.
    """
    from nbtrack.registering import logged

    refusal = why_not(run_id, which)
    if refusal is not None:
        raise refusal
    several = of_run(run_id)
    found = next(one for one in reversed(several) if which in (None, one.name))
    estimator = found.get()
    uri = found.logged.get(source.digest)
    if uri is None or not logged.is_there(source, uri):
        uri = logged.log(
            source,
            run_id,
            estimator,
            found.sample,
            name=name or ("model" if len(several) == 1 else found.name),
            tell=tell,
            pip_requirements=pip_requirements,
            extra_pip_requirements=extra_pip_requirements,
            code_paths=code_paths,
        )
        found.logged[source.digest] = uri
    return uri


def prepare() -> None:
    """Import what the other functions need, in the caller's thread: MLflow's hooks can lock out any other."""
    import cloudpickle  # type: ignore[import-untyped]  # noqa: F401
    import yaml  # type: ignore[import-untyped]  # noqa: F401

    from nbtrack.registering import flavors, logged, wrapped  # noqa: F401

    for mine in list(_fitted.values()):
        for one in mine:
            flavors.prepare(one.get())


def clear() -> None:
    """Forget everything."""
    _fitted.clear()
    _gone.clear()


def _name(estimator: Any, others: list[Fitted]) -> str:
    base = type(estimator).__name__
    taken = {one.name for one in others}
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(others) + 2))
    return next(name for name in names if name not in taken)


def _refusal(run_id: str, one: Fitted) -> NbtrackError | None:
    estimator = one.get()
    if estimator is None:
        return NotFound(f"The {one.name} of run {run_id[:12]} is gone.", hint="Execute its cell again.")
    heard = [rid for rid, fits in _fitted.items() for fit in fits if fit.automatic and fit.get() is estimator]
    last = heard[-1] if one.automatic else run_id
    if last != run_id:
        return Conflict(
            f"The {one.name} that run {run_id[:12]} has fitted was fitted again by run {last[:12]}.",
            hint=f"Register run {last[:12]}, or execute the cell of the other again.",
        )
    if not imprint.same(one.marks, estimator):
        return Conflict(
            f"The {one.name} that run {run_id[:12]} has fitted was changed since: it is another model now.",
            hint="Execute its cell again, or name the object: `nbtrack.register(run, name, model=object)`.",
        )
    return None


def _forget(run_id: str, one: Fitted) -> None:
    mine = _fitted.get(run_id)
    if mine is not None and one in mine:
        mine.remove(one)
        _gone[run_id] = one.name
        if not mine:
            _fitted.pop(run_id, None)
