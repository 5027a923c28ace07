"""Which run is meant, and which of its models."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from nbtrack import tags
from nbtrack.comparing import named, places
from nbtrack.errors import Invalid, NotFound
from nbtrack.registering import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlflow import MlflowClient

    from nbtrack.comparing.source import Source
    from nbtrack.registering.found import Found
    from nbtrack.registering.wish import Wish

_RECENT = 20  # runs that are looked through for one with a model
_ID = "models:/m-"
_COPIED = (tags.NOTEBOOK_PATH, tags.CELL_ID, tags.SOURCE_NAME, tags.GIT_COMMIT)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model that is to be registered.

    Attributes
    ----------
    uri
        `models:/m-…` or `runs:/<id>/<path>`; None for one that is in memory only.
    which
        Name of the object in memory.
    metrics
        Of the model, where it has some of its own; else of its run.
    tags
        Of its run, those that its version is to have too.
    """

    run_id: str | None
    run_name: str | None
    uri: str | None
    which: str | None
    model_id: str | None
    source: str
    metrics: Mapping[str, float]
    tags: Mapping[str, str]


def run_of(source: Source, run: Any = None) -> str:
    """Return the id of the run that is meant.

    Parameters
    ----------
    run
        An id, how one begins, a name, MLflow's `Run`, or "this" or None for the last run of this notebook
        that has a model.

    Raises
    ------
    NotFound, Invalid
        If there is none, or several are meant.
    """
    if run is not None and run != "this":
        info = getattr(run, "info", None)
        word = getattr(info, "run_id", run)
        if not isinstance(word, str) or not word.strip():
            raise Invalid(f"{run!r:.80} stands for no run.", hint="Give its id or its name.")
        return named.one(source, word.strip(), None)
    active = _active() if run == "this" else None
    return active or next(_with_models(source), None) or _none(source)


def chosen(source: Source, client: MlflowClient, wish: Wish) -> Chosen:
    """Return the model that is meant.

    Raises
    ------
    NotFound, Invalid
        If there is none, or several are meant.
    """
    said = (wish.model or "").strip() or None
    if said is not None and said.startswith(_ID):
        return of_uri(client, said)
    if said is not None and said.startswith("runs:/"):
        run_id, _, path = said.removeprefix("runs:/").strip("/").partition("/")
        return _named(source, client, run_id, path)
    if (said is not None and "://" in said) or (said or "").startswith("models:/"):
        raise Invalid(
            f"{said!r:.200} is no model of a run.", hint="Name one of the run's models, or `models:/m-…`."
        )
    return _named(source, client, wish.run_id or run_of(source), said)


def of_uri(client: MlflowClient, uri: str) -> Chosen:
    """Return a model by `models:/m-…` or `runs:/<id>/<path>`; it is taken to be there."""
    if uri.startswith(_ID):
        model = client.get_logged_model(uri.removeprefix("models:/"))
        run = None if not model.source_run_id else client.get_run(model.source_run_id)
        own = _last_values(model.metrics or ())
        return _chosen(run, uri, None, model.model_id, uri, own)
    from mlflow.utils.uri import append_to_uri_path

    run_id, _, path = uri.removeprefix("runs:/").partition("/")
    run = client.get_run(run_id)
    return _chosen(run, uri, None, None, append_to_uri_path(run.info.artifact_uri, path), {})


def metrics_of(client: MlflowClient, version: Any) -> Mapping[str, float]:
    """Return the metrics of a version: of its model, where that has some of its own; else of its run."""
    source = str(version.source or "")
    if source.startswith(_ID):
        return of_uri(client, source).metrics
    return dict(client.get_run(version.run_id).data.metrics) if version.run_id else {}


def _named(source: Source, client: MlflowClient, run_id: str, name: str | None) -> Chosen:
    from nbtrack.registering.found import models_of

    run = client.get_run(run_id)
    run_name = run.info.run_name or run_id[:12]
    models = models_of(source, run_id)
    if name is None:
        logged = [one for one in models if not one.in_memory]
        there = logged or models
        if len({one.name for one in there}) > 1:
            raise Invalid(
                f"The run {run_name} has several models: {_list(there)}.",
                hint=f"Say which: `--model {there[0].name}`, or model={there[0].name!r}.",
            )
        if not there:
            raise _nothing(run_id, run_name)
        return _as_chosen(client, run, there[0])
    fits = [one for one in models if name in (one.name, one.uri, one.model_id)]
    before = None if fits else _logged_before(source, run_id, name)
    if before is not None:
        return of_uri(client, before)
    if not fits:
        hint = names.close(name, [one.name for one in models], otherwise="Log one, or name another run.")
        what = f"There are {_list(models)}." if models else "It has none."
        raise NotFound(f"The run {run_name} has no model {name!r:.80}. {what}", hint=hint)
    # Logged again under its name, the latest is meant; what is logged comes before what is not.
    return _as_chosen(client, run, min(fits, key=lambda one: one.in_memory))


def _logged_before(source: Source, run_id: str, name: str) -> str | None:
    """Return the model that an object in memory was logged as: it is called by its class still."""
    from nbtrack.registering import memory
    from nbtrack.registering.logged import is_there

    uris = (one.logged.get(source.digest) for one in memory.of_run(run_id) if one.name == name)
    return next((uri for uri in uris if uri is not None and is_there(source, uri)), None)


def _as_chosen(client: MlflowClient, run: Any, found: Found) -> Chosen:
    if found.uri is None:
        return _chosen(run, None, found.name, None, "", {})
    return of_uri(client, found.uri)


def _chosen(
    run: Any, uri: str | None, which: str | None, model_id: str | None, source: str, own: Mapping[str, float]
) -> Chosen:
    has = {} if run is None else run.data.tags
    return Chosen(
        run_id=None if run is None else run.info.run_id,
        run_name=None if run is None else run.info.run_name,
        uri=uri,
        which=which,
        model_id=model_id,
        source=source,
        metrics={**({} if run is None else run.data.metrics), **own},
        tags={key: has[key] for key in _COPIED if key in has},
    )


def _last_values(metrics: Any) -> dict[str, float]:
    """Return a LoggedModel's metrics; it has all values of each."""
    found: dict[str, tuple[int, int, float]] = {}
    for one in metrics:
        place = (int(one.step or 0), int(one.timestamp or 0), float(one.value))
        found[one.key] = max(found.get(one.key, place), place, key=lambda value: value[:2])
    return {key: value for key, (_, _, value) in found.items()}


def _active() -> str | None:
    """Return the run that is open in this thread."""
    if "mlflow" not in sys.modules:
        return None
    import mlflow

    run = mlflow.active_run()
    return None if run is None else str(run.info.run_id)


def _with_models(source: Source) -> Iterator[str]:
    """Yield the runs of this notebook that have a model, the latest first; of the experiment without one."""
    from nbtrack.registering.found import models_of

    notebook = places.here()
    place = places.of_notebook(notebook) if notebook else places.of_experiment(source)
    for row in places.rows(source, place, _RECENT):
        if models_of(source, row["run_id"]):
            yield row["run_id"]


def _none(source: Source) -> NoReturn:
    raise NotFound(
        f"No run of this notebook in {source.name} has a model, logged or in memory.",
        hint="Execute the cell that trains it, or name a run: `nbtrack.register(run, name)`.",
    )


def _nothing(run_id: str, run_name: str) -> NotFound:
    from nbtrack.registering import memory

    why = memory.why_not(run_id)
    words = f" {why.message}" if why is not None else ""
    return NotFound(
        f"The run {run_name} has no model.{words}",
        hint="Execute its cell again, or log one: `mlflow.sklearn.log_model(model, name='model')`.",
    )


def _list(models: list[Found]) -> str:
    return ", ".join(dict.fromkeys(one.name for one in models[:12]))
