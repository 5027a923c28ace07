"""Begins a model in the store as MLflow's `Model.log` does before it saves the files.

MLflow has no public function for this. Where it has moved one of these, the model is logged in the cell.
"""

from __future__ import annotations

from typing import Any


def begin(given: dict[str, Any], flavor: str, run: Any) -> Any:
    """Return the model, which MLflow has begun by now or begins here, as `Model.log` would."""
    import mlflow
    from mlflow.tracking import fluent

    if given.get("model_id"):
        return mlflow.get_logged_model(given["model_id"])
    given.pop("model_id", None)
    params = {**(given.pop("params", None) or {}), **run.data.params}
    model = fluent._create_logged_model(  # noqa: SLF001 - the public function ends it at once
        name=given.get("name") or given.get("artifact_path"),
        source_run_id=run.info.run_id,
        model_type=given.get("model_type"),
        params={key: str(value) for key, value in params.items()},
        tags={key: str(value) for key, value in (given.get("tags") or {}).items()} or None,
        flavor=given.get("flavor_name") or flavor,
        serialization_format=given.get("serialization_format"),
    )
    fluent._last_logged_model_id.set(model.model_id)  # noqa: SLF001
    return model


def described(model_class: Any, model: Any, given: dict[str, Any], run_id: str) -> Any:
    """Return what `Model.log` would of a model without files yet; `model` is None where it is not begun."""
    ids = {"model_id": model.model_id, "model_uuid": model.model_id} if model else {}
    path = model.artifact_location if model else given.get("name") or given.get("artifact_path")
    made = model_class(artifact_path=path, run_id=run_id, signature=given.get("signature"), **ids)
    return made.get_model_info(model)


def link(stack: list[Any], run_id: str, model_id: str, step: int) -> None:
    """Have MLflow link the metrics that follow to the model, as it does after `Model.log`."""
    from mlflow.entities import LoggedModelOutput, RunOutputs

    for run in stack:
        if run.info.run_id == run_id:
            output = LoggedModelOutput(model_id, step=step)
            if run.outputs is None:
                run._outputs = RunOutputs([output])  # noqa: SLF001 - no setter
            else:
                run.outputs.model_outputs.append(output)
