"""An export's models and registered versions into a store."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import capabilities, modelfolder
from nbtrack.moving import files
from nbtrack.moving.form import place, read
from nbtrack.moving.out import all_versions
from nbtrack.tags import MOVED_FROM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlflow import MlflowClient

_NEVER_SET = "None"  # the stage of a version that has none


class Models:
    """The models of the runs that are imported; a store without MLflow 3's gets folders of artifacts.

    Parameters
    ----------
    client
        Of the store.
    folder
        The export.
    """

    def __init__(self, client: MlflowClient, folder: Path) -> None:
        self._client = client
        self._folder = folder
        self._able = capabilities.of(client)

    def of_run(
        self,
        run_id: str,
        experiment_id: str,
        about: Mapping[str, Any],
        known: Mapping[str, tuple[str, str | None]],
    ) -> None:
        """Import a run's models."""
        for one in about["models"]:
            if self._able.logged_models:
                self._logged(run_id, experiment_id, one, known)
            else:
                self._folded(run_id, one)

    def register(self, models: Sequence[dict[str, Any]], runs: Mapping[str, str]) -> list[str]:
        """Register versions; return what there is to say of it."""
        said = []
        for model in models:
            said += self._registered(model, runs)
        return said

    def _logged(
        self,
        run_id: str,
        experiment_id: str,
        output: dict[str, Any],
        known: Mapping[str, tuple[str, str | None]],
    ) -> None:
        from mlflow.entities import LoggedModelOutput, Metric

        source_id, folder = output["id"], place(self._folder, "models", output["id"])
        about = read(folder / "model.json")
        model = self._found(experiment_id, source_id)
        if model is None:
            tags = about["tags"] | {MOVED_FROM: source_id}
            model = self._client.create_logged_model(
                experiment_id, about["name"], run_id, tags, about["params"], about["type"]
            )
        outputs = self._client.get_run(run_id).outputs
        if model.model_id not in {one.model_id for one in outputs.model_outputs} if outputs else True:
            self._client.log_outputs(run_id, [LoggedModelOutput(model.model_id, output["step"])])
        if files.seen(model.artifact_location) != about["artifacts"]:
            with tempfile.TemporaryDirectory(prefix="nbtrack-move-") as aside:
                self._client.log_model_artifacts(
                    model.model_id, str(_whole(folder / "artifacts", Path(aside)))
                )
        linked = {(one.key, one.timestamp, one.step) for one in model.metrics or []}
        metrics = [
            Metric(key, value, at, step, model.model_id, name, digest)
            for key, value, at, step, name, digest, of in about["metrics"]
            if (key, at, step) not in linked and known.get(of, ("", ""))[0] == run_id
        ]
        if metrics:
            self._client.log_batch(run_id, metrics=metrics)
        if about["status"] in ("READY", "FAILED") and str(model.status) != about["status"]:
            self._client.finalize_logged_model(model.model_id, about["status"])

    def _found(self, experiment_id: str, source_id: str) -> Any:
        found = self._client.search_logged_models([experiment_id], f"tags.`{MOVED_FROM}` = '{source_id}'")
        return found[0] if found else None

    def _folded(self, run_id: str, output: dict[str, Any]) -> None:
        folder = place(self._folder, "models", output["id"])
        path = _folder_of(read(folder / "model.json"), output)
        if not modelfolder.is_there(self._client, run_id, path):
            self._client.log_artifacts(run_id, str(folder / "artifacts"), path)

    def _registered(self, model: dict[str, Any], runs: Mapping[str, str]) -> list[str]:
        from mlflow.exceptions import MlflowException

        name, said = model["name"], []
        try:
            self._client.create_registered_model(name, model["tags"], model["description"])
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        there = {
            one.tags[MOVED_FROM]: str(one.version)
            for one in all_versions(self._client)
            if one.name == name and MOVED_FROM in one.tags
        }
        for version in model["versions"]:
            number = str(version["version"])
            known = f"{version['run_id']}/{number}"
            if known in there:
                continue
            source, model_id = self._source(version, runs)
            if source is None:
                said.append(
                    f"{name} {number} was not registered: its files are not in a run or model of its own."
                )
                continue
            more: dict[str, Any] = {} if model_id is None else {"model_id": model_id}
            made = self._client.create_model_version(
                name,
                source,
                run_id=runs[version["run_id"]],
                tags=version["tags"] | {MOVED_FROM: known},
                description=version["description"],
                await_creation_for=0,
                **more,
            )
            there[known] = str(made.version)
            if str(made.version) != number:
                said.append(f"{name} {number} is version {made.version} here.")
        numbers = {known.rpartition("/")[2]: number for known, number in there.items()}
        for alias, number in model["aliases"].items():
            if not self._able.aliases:
                said.append(f"{name} {number} is not called {alias} here: this store has no aliases.")
            elif str(number) in numbers:
                self._client.set_registered_model_alias(name, alias, numbers[str(number)])
        return said

    def _source(self, version: dict[str, Any], runs: Mapping[str, str]) -> tuple[str | None, str | None]:
        """Return where the files of a version are here, and its model's id; None where there is none."""
        about = read(place(self._folder, "runs", version["run_id"]) / "run.json")
        info = self._client.get_run(runs[version["run_id"]]).info
        mine, source = info.artifact_uri.rstrip("/"), version["source"].rstrip("/")
        for one in about["models"]:
            model = read(place(self._folder, "models", one["id"]) / "model.json")
            # MLflow forgets the id in its own SQL stores, and keeps where the files are.
            if source not in (model["artifact_uri"].rstrip("/"), f"models:/{one['id']}"):
                continue
            if not self._able.logged_models:
                return f"{mine}/{_folder_of(model, one)}", None
            found = self._found(info.experiment_id, one["id"])
            return (None, None) if found is None else (found.artifact_location, found.model_id)
        root = about["artifact_uri"].rstrip("/") + "/"
        return (f"{mine}/{source.removeprefix(root)}", None) if source.startswith(root) else (None, None)


def _folder_of(model: dict[str, Any], output: dict[str, Any]) -> str:
    return f"{model['name']}-{output['id']}"


def _whole(folder: Path, aside: Path) -> Path:
    """Return the folder: MLflow wants one, also of a model without files."""
    return folder if folder.is_dir() else aside
