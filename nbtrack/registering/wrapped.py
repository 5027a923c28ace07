"""Any object that predicts, as MLflow's Python function. It is pickled with its code: it needs no nbtrack."""

from __future__ import annotations

from typing import Any

from mlflow.pyfunc.model import PythonModel


class Wrapped(PythonModel):
    """Predicts with an object's `predict`, or by calling it."""

    def __init__(self, model: Any) -> None:
        self.model = model

    # MLflow takes annotations for a schema, and warns of these.
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG002
        """Return what the object predicts."""
        predict = getattr(self.model, "predict", self.model)
        return predict(model_input)
