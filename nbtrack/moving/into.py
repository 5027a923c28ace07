"""An export's runs into a store: each once, however often it is begun."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Conflict
from nbtrack.moving import files
from nbtrack.moving.form import INDEX, VERSION, Digest, place, points, read
from nbtrack.moving.models import Models
from nbtrack.store.client import runs as runs_of
from nbtrack.tags import MOVED_DIGEST, MOVED_FROM, PARENT_RUN_ID, PREVIOUS_RUN, RUN_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlflow import MlflowClient

_METRICS, _PARAMS = 1000, 100  # what MLflow takes at once


class Import:
    """One import; begun again, it goes on.

    Parameters
    ----------
    client
        Of the store; MLflow's own URIs are set to it, too.
    folder
        What `Export` wrote.

    Raises
    ------
    Invalid
        If it is no export, or one of a later version.
    """

    def __init__(self, client: MlflowClient, folder: Path) -> None:
        self._client = client
        self._folder = folder
        self._index = read(folder / INDEX)
        if self._index.get("version") != VERSION:
            found = self._index.get("version")
            raise Conflict(f"The export is of version {found!r}.", hint="Type `pip install -U nbtrack`.")
        self._experiments = {one["name"]: self._experiment(one) for one in self._index["experiments"]}
        # Ids here by ids there, and whether a run is whole.
        self._known: dict[str, tuple[str, str | None]] = {}
        for experiment_id in self._experiments.values():
            for run in runs_of(client, [experiment_id], f"tags.`{MOVED_FROM}` LIKE '%'"):
                self._known[run.tags[MOVED_FROM]] = run.run_id, run.tags.get(MOVED_DIGEST)
        self._models = Models(client, folder)

    def runs(self) -> list[str]:
        """Return the ids of what there is to import, parents before their children."""
        ids = list(self._index["runs"])
        parents = {one: self._about(one)["tags"].get(PARENT_RUN_ID) for one in ids}
        order: dict[str, None] = {}

        def visit(one: str, above: frozenset[str]) -> None:
            parent = parents[one]
            if parent in parents and parent not in above:
                visit(parent, above | {one})
            order.setdefault(one)

        for one in ids:
            visit(one, frozenset({one}))
        return list(order)

    def run(self, source_id: str) -> bool:
        """Import a run with its models; tell whether it was not there yet.

        Raises
        ------
        Conflict
            If what the store has afterwards is not what was exported.
        """
        about = self._about(source_id)
        run_id, digest = self._known.get(source_id, (None, None))
        if run_id is not None and digest == about["digest"]:
            return False
        folder = place(self._folder, "runs", source_id)
        if run_id is None:
            run_id = self._made(about)
            self._known[source_id] = run_id, None
        # From here on, what a broken import has sent is sent again: the same params, points and files.
        self._log(run_id, about, folder / "points.jsonl")
        if self._artifacts(run_id, about) != about["artifacts"]:
            files.send(self._root(run_id), folder / "artifacts", about["artifacts"])
        self._models.of_run(run_id, self._client.get_run(run_id).info.experiment_id, about, self._known)
        if about["end_time"] is not None:
            self._client.set_terminated(run_id, about["status"], about["end_time"])
        else:
            self._client.update_run(run_id, status=about["status"])
        self._check(run_id, about)
        self._client.set_tag(run_id, MOVED_DIGEST, about["digest"])
        return True

    def finish(self) -> list[str]:
        """Register the versions that were exported; return what there is to say of it."""
        return self._models.register(
            self._index["registered"], {one: run for one, (run, _) in self._known.items()}
        )

    def _about(self, source_id: str) -> dict[str, Any]:
        return read(place(self._folder, "runs", source_id) / "run.json")

    def _root(self, run_id: str) -> str:
        return str(self._client.get_run(run_id).info.artifact_uri)

    def _artifacts(self, run_id: str, about: dict[str, Any]) -> dict[str, list[Any]]:
        """Return what there is of the run's artifacts, without what an import adds in place of models."""
        found = files.seen(self._root(run_id))
        return {name: found[name] for name in about["artifacts"] if name in found}

    def _experiment(self, wanted: dict[str, Any]) -> str:
        found = self._client.get_experiment_by_name(wanted["name"])
        if found is None:
            return str(self._client.create_experiment(wanted["name"], tags=wanted["tags"]))
        if found.lifecycle_stage != "active":
            raise Conflict(
                f"The store's experiment {wanted['name']!r} is deleted.",
                hint=f"Type `mlflow experiments restore --experiment-id {found.experiment_id}`.",
            )
        return str(found.experiment_id)

    def _made(self, about: dict[str, Any]) -> str:
        tags = {key: value for key, value in about["tags"].items() if key not in (RUN_NAME, MOVED_DIGEST)}
        for key in (PARENT_RUN_ID, PREVIOUS_RUN):
            if tags.get(key) in self._known:
                tags[key] = self._known[tags[key]][0]
        tags[MOVED_FROM] = about["run_id"]
        experiment_id = self._experiments[about["experiment"]]
        made = self._client.create_run(experiment_id, about["start_time"], tags, about["name"])
        return str(made.info.run_id)

    def _log(self, run_id: str, about: dict[str, Any], file: Path) -> None:
        from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

        params = [Param(key, value) for key, value in about["params"].items()]
        for first in range(0, len(params), _PARAMS):
            self._client.log_batch(run_id, params=params[first : first + _PARAMS])
        batch: list[Any] = []
        for key, value, timestamp, step in _lines(file):
            batch.append(Metric(key, value, timestamp, step))
            if len(batch) == _METRICS:
                self._client.log_batch(run_id, metrics=batch)
                batch = []
        if batch:
            self._client.log_batch(run_id, metrics=batch)
        inputs = [
            DatasetInput(
                Dataset(**one["dataset"]), [InputTag(key, value) for key, value in one["tags"].items()]
            )
            for one in about["datasets"]
        ]
        if inputs:
            self._client.log_inputs(run_id, inputs)

    def _check(self, run_id: str, about: dict[str, Any]) -> None:
        run, digest = self._client.get_run(run_id), Digest()
        for point in points(self._client, run_id, run.data.metrics):
            digest.add(point)
        if digest.of(run, about["tags"], self._artifacts(run_id, about)) != about["digest"]:
            raise Conflict(
                f"Run {about['name']} ({about['run_id']}) is not the same in the store that it was imported "
                f"into, where it is {run_id}: {digest.count:,} points of {about['points']:,}.",
                hint="Type the same again; delete the run there first if that does not help.",
            )


def _lines(file: Path) -> Iterator[list[Any]]:
    with file.open(encoding="utf-8", errors="surrogatepass") as lines:
        for line in lines:
            yield json.loads(line)
