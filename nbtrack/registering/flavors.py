"""Saving any fitted object as an MLflow model: by the flavor of its type, else as a plain Python function.

Whatever is chosen must be loadable by `mlflow.pyfunc.load_model` in a fresh process, also by an older MLflow:
MLflow 3.15 began to write skops, which 2.22 can't read, and skops refuses types that it does not know.
"""

from __future__ import annotations

import contextlib
import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid
from nbtrack.registering import owncode
from nbtrack.registering.quiet import quietly

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Where a class comes from, and MLflow's module for it; the first that any base class comes from.
_HOMES = (
    ("mlflow.pyfunc", "pyfunc"),
    ("xgboost", "xgboost"),
    ("lightgbm", "lightgbm"),
    ("catboost", "catboost"),
    ("sentence_transformers", "sentence_transformers"),
    ("transformers", "transformers"),
    ("keras", "keras"),
    ("tensorflow", "tensorflow"),
    ("torch", "pytorch"),
    ("statsmodels", "statsmodels"),
    ("pmdarima", "pmdarima"),
    ("prophet", "prophet"),
    ("spacy", "spacy"),
    ("onnx", "onnx"),
    ("paddle", "paddle"),
    ("h2o", "h2o"),
    ("pyspark.ml", "spark"),
    ("sklearn", "sklearn"),
)
# What MLflow's default would be is left to nobody: see above.
_FORMATS = {"sklearn": "cloudpickle", "lightgbm": "cloudpickle", "pytorch": "pickle"}
_PICKLED = {"sklearn", "lightgbm", "pytorch", "statsmodels", "pyfunc", "pmdarima"}


def flavor_of(model: Any) -> str:
    """Return MLflow's module for an object: «sklearn», «xgboost»…; «pyfunc» for whatever can predict.

    Raises
    ------
    Invalid
        If nothing can be predicted with it.
    """
    if isinstance(model, dict) and "model" in model:
        return "transformers"
    homes = [f"{one.__module__}." for one in type(model).__mro__]
    for home, flavor in _HOMES:
        if any(place.startswith(f"{home}.") for place in homes):
            return flavor
    if callable(getattr(model, "predict", None)) or (callable(model) and not isinstance(model, type)):
        return "pyfunc"
    raise Invalid(
        f"A {type(model).__name__} can't be logged as a model: it has no `predict`.",
        hint="Name the fitted object itself: `nbtrack.register(run, name, model=object)`.",
    )


def prepare(model: Any) -> None:
    """Import MLflow's module for an object, if there is one."""
    with contextlib.suppress(Invalid):
        import_module(f"mlflow.{flavor_of(plain(model))}")


def plain(model: Any) -> Any:
    """Return what is to be saved of an object: of a search its best estimator, which predicts the same."""
    if hasattr(model, "best_estimator_"):
        return model.best_estimator_
    trained = getattr(model, "model", None)
    if type(model).__name__.endswith("Trainer") and trained is not None:  # of transformers
        parts = {"model": trained}
        for part in ("processing_class", "tokenizer"):
            tokenizer = vars(model).get(part)
            if tokenizer is not None:
                parts.setdefault("tokenizer", tokenizer)
        return parts
    return model


def signature_of(model: Any, sample: Any, *, outputs: bool = True) -> Any | None:
    """Return MLflow's signature for the rows that a model was fitted on; None where it can't be told."""
    from mlflow.models import infer_signature

    if sample is None:
        return None
    with quietly():
        try:
            return infer_signature(sample, _predicted(model, sample) if outputs else None)
        except Exception:  # noqa: BLE001 - foreign types, foreign models
            return None


def save(
    model: Any,
    folder: Path,
    sample: Any = None,
    *,
    pip_requirements: Sequence[str] = (),
    extra_pip_requirements: Sequence[str] = (),
    code_paths: Sequence[str] = (),
) -> None:
    """Save an object as an MLflow model in a folder that is empty, or not there yet.

    Raises
    ------
    Invalid
        If no flavor can save it, with what MLflow says.
    """
    model = plain(model)
    flavor = flavor_of(model)
    signature = signature_of(model, sample)
    options: dict[str, Any] = {
        "signature": signature,
        "input_example": sample if signature is not None else None,
        "pip_requirements": list(pip_requirements) or None,
        "extra_pip_requirements": list(extra_pip_requirements) or None,
        "code_paths": [*code_paths, *(owncode.of(model, but=code_paths) if flavor in _PICKLED else ())]
        or None,
        "serialization_format": _FORMATS.get(flavor),
    }
    options = {key: value for key, value in options.items() if value is not None}
    save_model = import_module(f"mlflow.{flavor}").save_model
    known = inspect.signature(save_model).parameters
    if "code_paths" not in known and code_paths:
        raise Invalid(
            f"MLflow takes no code_paths with models of {flavor}.", hint="Leave them out, or log it yourself."
        )
    options = {key: value for key, value in options.items() if key in known}
    folder.mkdir(exist_ok=True)  # MLflow's module for Keras does not
    with quietly():
        try:
            if flavor == "pyfunc":
                _save_function(save_model, model, folder, options)
            else:
                save_model(model, str(folder), **options)
        except Exception as error:
            root: BaseException = error
            while root.__cause__ is not None:
                root = root.__cause__
            why = " ".join(str(root).split())[:300]
            raise Invalid(
                f"MLflow could not save this {type(model).__name__}: {type(root).__name__}: {why}",
                hint="Log it yourself by `mlflow.pyfunc.log_model`, then register the run.",
            ) from error


def _save_function(save_model: Any, model: Any, folder: Path, options: dict[str, Any]) -> None:
    import cloudpickle  # type: ignore[import-untyped]
    from mlflow.pyfunc.model import PythonModel

    from nbtrack.registering import wrapped

    if isinstance(model, PythonModel):
        save_model(str(folder), python_model=model, **options)
        return
    cloudpickle.register_pickle_by_value(wrapped)  # whoever loads it need not have nbtrack
    try:
        save_model(str(folder), python_model=wrapped.Wrapped(model), **options)
    finally:
        cloudpickle.unregister_pickle_by_value(wrapped)


def _predicted(model: Any, sample: Any) -> Any:
    flavor = flavor_of(model)
    if flavor == "pyfunc" and hasattr(model, "load_context"):
        return model.predict(None, sample)
    if flavor == "xgboost" and type(model).__name__ == "Booster":
        return model.predict(import_module("xgboost").DMatrix(sample))
    if flavor == "pytorch":
        return _of_torch(model, sample)
    return model.predict(sample) if hasattr(model, "predict") else model(sample)


def _of_torch(model: Any, sample: Any) -> Any:
    torch = import_module("torch")
    parameter = next(iter(model.parameters()), None)
    inputs = torch.as_tensor(sample)
    if parameter is not None:
        inputs = inputs.to(parameter.device)
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return model(inputs).cpu().numpy()
    finally:
        model.train(training)
