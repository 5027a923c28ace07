"""Stores that lack something: it is found out by asking, told before, and made up for as far as that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import nbtrack
from nbtrack import capabilities
from nbtrack.capabilities import Capabilities
from nbtrack.errors import Invalid, NbtrackError
from tests.unit.registering.between import between
from tests.unit.registering.registry import in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.registering.between import Fate
    from tests.unit.registering.registry import Registry
    from tests.unit.registering.servers import Server


def stages_only(_: str, path: str) -> Fate:
    return "unknown" if "alias" in path or "logged-models" in path else "pass"


def neither(method: str, path: str) -> Fate:
    return (
        "unknown"
        if "transition-stage" in path or "get-latest-versions" in path
        else stages_only(method, path)
    )


@pytest.fixture
def staged(mlflow2: Server, mlflow2_registry: Registry) -> Iterator[Registry]:
    """Yield a server that has stages and no aliases."""
    with between(mlflow2.port) as network:
        network.fate = stages_only
        with in_use(network.uri):
            yield mlflow2_registry.through(network.uri)


def test_what_real_stores_can_do(sqlite_registry: Registry, mlflow2_registry: Registry) -> None:
    assert capabilities.of(sqlite_registry.client) == Capabilities(
        logged_models=True, aliases=True, stages=False
    )
    assert capabilities.of(mlflow2_registry.client) == Capabilities(
        logged_models=False, aliases=True, stages=False
    )
    assert capabilities.sentences(capabilities.of(sqlite_registry.client)) == []


def test_a_store_is_asked_once_and_one_that_did_not_answer_again(
    mlflow2: Server, mlflow2_registry: Registry
) -> None:
    with between(mlflow2.port) as network:
        registry = mlflow2_registry.through(network.uri)
        for fate in ("unsent", "login"):
            network.fate = lambda *_, fate=fate: fate
            with pytest.raises(NbtrackError):
                registry.register("x", "y" * 32)
        network.fate = stages_only
        assert capabilities.of(registry.client) == Capabilities(
            logged_models=False, aliases=False, stages=True
        )
        network.asked.clear()
        capabilities.of(registry.client)
        assert network.asked == []


def test_champion_is_production_where_there_are_only_stages(staged: Registry) -> None:
    name = staged.name()
    first = staged.register(name, staged.trained(f1=0.8), aliases=("champion",))
    assert (first.stage, first.uri) == ("Production", f"models:/{name}/1")
    note = next(note for note in first.notes if "no aliases" in note)
    assert "Production" in note
    told = [progress.what for progress in staged.told]
    assert told.index(note) < told.index(f"registering {name}")
    better = staged.trained(f1=0.9)
    with pytest.raises(nbtrack.Conflict, match="champion is version 1"):
        staged.register(name, better, aliases=("champion",))
    second = staged.register(name, better, aliases=("champion",), require=("f1 > champion",), yes=True)
    assert second.replaced == {"champion": "1"}
    stages = {one: staged.client.get_model_version(name, one).current_stage for one in "12"}
    assert stages == {"1": "Archived", "2": "Production"}
    assert nbtrack.rollback(name, yes=True).version == "1"
    assert staged.client.get_model_version(name, "1").current_stage == "Production"
    assert staged.register(name, better, aliases=("challenger",)).stage == "Staging"


@pytest.mark.parametrize("aliases", [("eu",), ("champion", "challenger")])
def test_what_no_stage_stands_for_is_refused_before_anything_is_done(
    staged: Registry, aliases: tuple[str, ...]
) -> None:
    name = staged.name()
    with pytest.raises(Invalid, match="stage"):
        staged.register(name, staged.trained(), aliases=aliases)
    assert name not in staged.names()


def test_without_stages_too_a_version_has_its_number(mlflow2: Server, mlflow2_registry: Registry) -> None:
    with between(mlflow2.port) as network:
        network.fate = neither
        registry = mlflow2_registry.through(network.uri)
        name, run_id = registry.name(), registry.trained()
        with pytest.raises(Invalid, match="neither aliases nor stages"):
            registry.register(name, run_id, aliases=("champion",))
        done = registry.register(name, run_id)
        assert done.uri == f"models:/{name}/1"
        assert any("neither aliases nor stages" in note for note in done.notes)
