"""The models of a run: those that the store has, and what is in this process's memory."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbtrack import capabilities
from nbtrack.journal.settling import settle_models
from nbtrack.modelfolder import HISTORY, MLMODEL
from nbtrack.registering import described, flavors, memory, samples
from nbtrack.registering.logged import plainly
from nbtrack.registering.quiet import quietly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient

    from nbtrack.comparing.source import Source

_MOST = 50  # each is some requests
_FOLDERS = 20  # that are looked into for a model

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A model of a run.

    Attributes
    ----------
    uri
        «models:/m-…» or «runs:/<run>/<path>»; None for one that is in memory only.
    name
        What it was logged as; for one in memory the name of its class.
    flavors
        MLflow's names of what can load it, the most special first.
    signature
        `{"inputs": [{"name", "type"}], "outputs": […]}`; None where it has none.
    example
        `{"columns": […], "rows": [[…]]}`: at most 5 rows and 20 columns, as JSON takes them.
    model_id
        MLflow 3's id; None for what was logged without one.
    size
        Bytes; None where that is not known.
    versions
        `{"name", "version"}` of what it is registered as already.
    """

    uri: str | None
    name: str
    flavors: tuple[str, ...] = ()
    signature: Json | None = None
    example: Json | None = None
    model_id: str | None = None
    size: int | None = None
    in_memory: bool = False
    versions: list[Json] = field(default_factory=list)


def models_of(source: Source, run_id: str) -> list[Found]:
    """Return every model of a run that can be registered, the latest first.

    What is in memory comes last, unless autologging has logged a model of its flavor already.

    Raises
    ------
    NotFound
        If there is no such run.
    StoreUnavailable
        If the store can't be read.
    """
    settle_models()
    with plainly(source), quietly():
        client = source.client
        run = client.get_run(run_id)
        registered = _registered(client, run_id)
        found = []
        if capabilities.of(client).logged_models:
            found = [_logged(source, one, registered) for one in _ready(client, run)]
        paths = list(_paths(source, run, {one.name for one in found}))
        found += [_classic(source, run, path, registered) for path in paths[: _MOST - len(found)]]
    return [*found, *_remembered(source, run_id, found)]


def _ready(client: MlflowClient, run: Any) -> list[Any]:
    """Return the models of MLflow 3 that are whole: those that the run names, and those that name the run."""
    from mlflow.exceptions import MlflowException

    run_id = run.info.run_id
    models = {
        one.model_id: one
        for one in client.search_logged_models(
            [run.info.experiment_id], f"source_run_id = '{run_id}'", max_results=_MOST
        )
    }
    for output in getattr(run.outputs, "model_outputs", None) or []:
        if output.model_id not in models and len(models) < _MOST:
            with contextlib.suppress(MlflowException):
                models[output.model_id] = client.get_logged_model(output.model_id)
    ready = [one for one in models.values() if str(one.status) == "READY"]
    return sorted(ready, key=lambda one: one.creation_timestamp, reverse=True)


def _logged(source: Source, model: Any, registered: list[Any]) -> Found:
    uri = f"models:/{model.model_id}"
    told = described.read(source, model.artifact_location)
    return Found(
        uri=uri,
        name=model.name,
        model_id=model.model_id,
        versions=_versions(registered, model.model_id, {uri, model.artifact_location}),
        **told.as_found(),
    )


def _paths(source: Source, run: Any, known: set[str]) -> Iterator[str]:
    """Yield the folders among a run's artifacts that are models, the latest first where that is known."""
    from mlflow.artifacts import list_artifacts
    from mlflow.exceptions import MlflowException

    uri = run.info.artifact_uri
    top = []
    with contextlib.suppress(MlflowException, OSError):  # a run without artifacts may have no place for them
        listed = list_artifacts(artifact_uri=uri, tracking_uri=source.uri)
        # MLflow's paths begin with the last part of the URI.
        top = [one.path.rpartition("/")[2] for one in listed if one.is_dir]
    said = described.history(run.data.tags.get(HISTORY))
    paths = list(dict.fromkeys([*said, *(path for path in top if path not in known)]))
    for path in paths[:_FOLDERS]:
        with contextlib.suppress(MlflowException, OSError):
            inside = list_artifacts(artifact_uri=f"{uri}/{path}", tracking_uri=source.uri)
            if any(one.path.rpartition("/")[2] == MLMODEL for one in inside):
                yield path


def _classic(source: Source, run: Any, path: str, registered: list[Any]) -> Found:
    uri, place = f"runs:/{run.info.run_id}/{path}", f"{run.info.artifact_uri}/{path}"
    told = described.read(source, place)
    return Found(uri=uri, name=path, versions=_versions(registered, None, {uri, place}), **told.as_found())


def _remembered(source: Source, run_id: str, found: list[Found]) -> Iterator[Found]:
    mine = memory.of_run(run_id)
    uris = {one.uri for one in found}
    ours = {one.logged.get(source.digest) for one in mine}
    theirs = [one.flavors for one in found if one.uri not in ours]
    for one in mine:
        model = flavors.plain(one.get())
        flavor = flavors.flavor_of(model)
        by_autologging = one.automatic and any(flavor in names for names in theirs)
        if one.logged.get(source.digest) in uris or by_autologging:
            continue
        signature = flavors.signature_of(model, one.sample, outputs=flavor in {"sklearn", "lightgbm"})
        yield Found(
            uri=None,
            name=one.name,
            flavors=(flavor,),
            signature=None if signature is None else described.signature(signature.to_dict()),
            example=samples.table(one.sample),
            in_memory=True,
        )


def _registered(client: MlflowClient, run_id: str) -> list[Any]:
    return list(client.search_model_versions(f"run_id = '{run_id}'"))


def _versions(registered: list[Any], model_id: str | None, sources: set[str]) -> list[Json]:
    same = {source.rstrip("/") for source in sources}
    return [
        {"name": one.name, "version": str(one.version)}
        for one in registered
        if (model_id and getattr(one, "model_id", None) == model_id) or str(one.source).rstrip("/") in same
    ]
