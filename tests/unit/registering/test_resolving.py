"""Which run is meant, and which of its models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import nbtrack
from nbtrack.errors import Invalid, NotFound
from nbtrack.registering import memory, resolving
from nbtrack.registering.registration import Registration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.registering.registry import Registry


@pytest.fixture
def study(here: Registry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """Yield the store with an experiment of its own, in use."""
    before = here.experiment_id
    here.experiment_id = here.experiment()
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", here.experiment_id)
    yield here
    here.experiment_id = before
    memory.clear()


def test_unnamed_the_last_run_with_a_model_is_meant(study: Registry) -> None:
    with pytest.raises(NotFound, match="No run of this notebook"):
        resolving.run_of(study.source)
    study.trained()
    last = study.trained()
    study.run()  # without a model
    assert resolving.run_of(study.source) == resolving.run_of(study.source, "this") == last
    done = nbtrack.register(study.name())
    assert isinstance(done, Registration)
    assert done.run_id == last


def test_a_run_is_known_by_its_id_its_beginning_its_name_and_as_mlflows(study: Registry) -> None:
    run_id = study.run(name="only-one")
    for word in (run_id, run_id[:8], "only-one", study.client.get_run(run_id)):
        assert resolving.run_of(study.source, word) == run_id
    with pytest.raises(NotFound, match="Did you mean only-one"):
        resolving.run_of(study.source, "only-onne")
    for nothing in ("", 3, object()):
        with pytest.raises(Invalid, match="stands for no run"):
            resolving.run_of(study.source, nothing)


def test_an_object_is_logged_once_and_known_by_its_class_ever_after(
    study: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT", "1")
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    X = np.array([[0.0], [1.0]])  # noqa: N806
    fitted = LogisticRegression().fit(X, [0, 1])
    name, run_id = study.name(), study.run(f1=0.9)
    first = nbtrack.register(run_id, name, model=fitted, aliases="champion", require="f1 > 0.8")
    for model in (fitted, "LogisticRegression", "model", None):
        again = nbtrack.register(run_id, name, model=model, aliases="champion")
        assert (again.version, again.created, again.model_id) == ("1", False, first.model_id)  # type: ignore[union-attr]
    assert study.versions(name) == ["1"]


def test_a_model_is_known_by_its_uri_and_nothing_else_is_a_model(study: Registry) -> None:
    name, run_id = study.name(), study.run()
    uri = study.model(run_id)
    assert study.register(name, "", model=uri).run_id == run_id
    for wrong in ("models:/churn/3", "s3://bucket/model"):
        with pytest.raises(Invalid, match="no model of a run"):
            study.register(name, run_id, model=wrong)
    with pytest.raises(NotFound):
        study.register(name, run_id, model="models:/m-00000000000000000000000000000000")
    assert study.versions(name) == ["1"]
