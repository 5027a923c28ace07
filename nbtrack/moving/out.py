"""A store's experiments, with all that belongs to them, into a folder."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from nbtrack import capabilities
from nbtrack.errors import NotFound
from nbtrack.moving import files
from nbtrack.moving.form import INDEX, VERSION, Digest, place, points, write
from nbtrack.store.client import experiments as all_experiments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlflow import MlflowClient

_PAGE = 200


class Export:
    """One export; begun again into the same folder, it goes on.

    Parameters
    ----------
    client
        Of the store; MLflow's own URIs are set to it, too.
    folder
        Where it goes; made if it is not there.
    names
        Of experiments; all that are not deleted if there are none.

    Raises
    ------
    NotFound
        If there is no such experiment.
    """

    def __init__(self, client: MlflowClient, folder: Path, names: Sequence[str]) -> None:
        self._client = client
        self._folder = folder
        self._has_models = capabilities.of(client).logged_models
        found = {one.name: one for one in all_experiments(client)}
        missing = [name for name in names if name not in found]
        if missing:
            raise NotFound(
                f"There is no experiment called {missing[0]!r}.", hint=f"There are: {', '.join(found)}."
            )
        self._experiments = [one for name, one in found.items() if not names or name in names]

    def runs(self) -> list[Any]:
        """Return what there is to export."""
        return [run for one in self._experiments for run in _runs(self._client, one.experiment_id)]

    def run(self, run: Any) -> bool:
        """Export a run with its models; tell whether it was not there yet as it is now."""
        target = place(self._folder, "runs", run.info.run_id)
        names = {one.experiment_id: one.name for one in self._experiments}
        outputs = run.outputs.model_outputs if run.outputs else []
        models = [{"id": one.model_id, "step": one.step} for one in outputs] if self._has_models else []
        for one in models:
            self._model(one["id"])
        about = {
            "experiment": names[run.info.experiment_id],
            "run_id": run.info.run_id,
            "name": run.info.run_name,
            "status": run.info.status,
            "start_time": run.info.start_time,
            "end_time": run.info.end_time,
            "artifact_uri": run.info.artifact_uri,
            "params": run.data.params,
            "tags": run.data.tags,
            "latest": {key: repr(value) for key, value in run.data.metrics.items()},
            "datasets": _datasets(run),
            "models": models,
        }
        if run.info.status != "RUNNING" and _is_kept(target / "run.json", about):
            return False
        part = _anew(target)
        digest = Digest()
        with (part / "points.jsonl").open("w", encoding="utf-8", errors="surrogatepass") as file:
            for point in points(self._client, run.info.run_id, run.data.metrics):
                digest.add(point)
                file.write(json.dumps(point, ensure_ascii=False) + "\n")
        artifacts = files.fetch(run.info.artifact_uri, part / "artifacts")
        kept = {
            "points": digest.count,
            "artifacts": artifacts,
            "digest": digest.of(run, run.data.tags, artifacts),
        }
        write(part / "run.json", about | kept)
        _replace(part, target)
        return True

    def finish(self, runs: Sequence[Any]) -> None:
        """Write what there is beside runs: experiments, and the registered models that were made of them."""
        ids = {run.info.run_id for run in runs}
        write(
            self._folder / INDEX,
            {
                "version": VERSION,
                "runs": [run.info.run_id for run in runs],
                "experiments": [{"name": one.name, "tags": one.tags} for one in self._experiments],
                "registered": list(_registered(self._client, ids)),
            },
        )

    def _model(self, model_id: str) -> None:
        target = place(self._folder, "models", model_id)
        model = self._client.get_logged_model(model_id)
        about = {
            "name": model.name,
            "type": model.model_type,
            "status": str(model.status),
            "artifact_uri": model.artifact_location,
            "params": model.params,
            "tags": model.tags,
            "metrics": [
                [
                    one.key,
                    one.value,
                    one.timestamp,
                    one.step,
                    one.dataset_name,
                    one.dataset_digest,
                    one.run_id,
                ]
                for one in model.metrics or []
            ],
        }
        if _is_kept(target / "model.json", about):
            return
        part = _anew(target)
        artifacts = files.fetch(model.artifact_location, part / "artifacts")
        write(part / "model.json", about | {"artifacts": artifacts})
        _replace(part, target)


def _runs(client: MlflowClient, experiment_id: str) -> Iterator[Any]:
    token: str | None = None
    while True:
        page = client.search_runs(
            [experiment_id], max_results=_PAGE, order_by=["attributes.start_time ASC"], page_token=token
        )
        yield from page
        token = page.token
        if not token:
            return


def _datasets(run: Any) -> list[dict[str, Any]]:
    inputs = run.inputs.dataset_inputs if run.inputs else []
    return [
        {"dataset": one.dataset.to_dictionary(), "tags": {tag.key: tag.value for tag in one.tags}}
        for one in inputs
    ]


def _registered(client: MlflowClient, run_ids: set[str]) -> Iterator[dict[str, Any]]:
    versions: dict[str, list[Any]] = {}
    for one in all_versions(client):
        if one.run_id in run_ids:
            versions.setdefault(one.name, []).append(one)
    for name, found in versions.items():
        model = client.get_registered_model(name)
        yield {
            "name": name,
            "description": model.description,
            "tags": model.tags,
            "aliases": dict(getattr(model, "aliases", None) or {}),
            "versions": [_version(one) for one in sorted(found, key=lambda one: int(one.version))],
        }


def all_versions(client: MlflowClient) -> Iterator[Any]:
    """Yield the versions of all models: a name may have quotes of both kinds, which a filter can't have."""
    token: str | None = None
    while True:
        page = client.search_model_versions(max_results=_PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _version(version: Any) -> dict[str, Any]:
    return {
        "version": str(version.version),
        "run_id": version.run_id,
        "source": version.source,
        "description": version.description,
        "tags": version.tags,
        "stage": version.current_stage,
    }


def _is_kept(file: Path, about: dict[str, Any]) -> bool:
    """Tell whether an export has this already: all that is known of it without reading it is the same."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8", errors="surrogatepass"))
    except (OSError, ValueError):
        return False
    plain = json.loads(json.dumps(about))
    return isinstance(kept, dict) and all(repr(kept.get(key)) == repr(value) for key, value in plain.items())


def _anew(target: Path) -> Path:
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def _replace(part: Path, target: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    part.replace(target)
