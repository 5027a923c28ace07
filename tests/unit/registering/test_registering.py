"""A model is registered the same way in every kind of store, and plain MLflow sees it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import mlflow
import pytest

import nbtrack
from nbtrack.errors import Conflict, Invalid, NotFound
from nbtrack.registering.registration import Registration
from nbtrack.registering.wish import WouldMove
from tests.unit.registering.registry import in_use

if TYPE_CHECKING:
    from tests.unit.registering.registry import Registry

WHERE = {"nbtrack.notebook.path": "work/churn.ipynb", "nbtrack.cell.id": "3f0c2b1e"}


def test_a_version_has_what_was_wished_and_where_it_came_from(registry: Registry) -> None:
    name, run_id = registry.name(), registry.run(tags={**WHERE, "private": "stays"})
    uri = registry.model(run_id)
    done = registry.register(
        name, run_id, aliases=("champion", "eu"), tags={"team": "growth"}, description="the *first*"
    )
    assert (done.version, done.created, done.aliases) == ("1", True, ("champion", "eu"))
    assert (done.run_id, done.run_name, done.replaced) == (
        run_id,
        "brave-fox",
        {"champion": None, "eu": None},
    )
    assert done.uri == f"models:/{name}@champion"
    found = registry.client.get_model_version_by_alias(name, "eu")
    assert found.tags == {**WHERE, "team": "growth"}
    assert (found.description, found.run_id, found.status) == ("the *first*", run_id, "READY")
    assert found.source == (uri if uri.startswith("models:/m-") else done_place(registry, run_id))
    # The lines on the card are what loads it, with nothing but MLflow.
    space: dict[str, object] = {}
    exec(done.code, space)  # noqa: S102
    assert space["model"].predict([1, 2]) == [1, 2]  # type: ignore[attr-defined]


def done_place(registry: Registry, run_id: str) -> str:
    return f"{registry.client.get_run(run_id).info.artifact_uri}/model"


def test_what_the_store_can_not_hold_is_told_before_anything_is_done(registry: Registry) -> None:
    name, run_id = registry.name(), registry.trained()
    done = registry.register(name, run_id)
    told = [progress.what for progress in registry.told]
    if registry.old:
        (note,) = done.notes
        assert "models as artifacts of their run" in note
        assert told.index(note) < told.index(f"registering {name}")
    else:
        assert done.notes == ()


def test_a_logged_model_says_once_what_it_is_registered_as(registry: Registry) -> None:
    if registry.old:
        return  # there are none
    run_id = registry.run()
    uri = registry.model(run_id)
    name = registry.name()
    for _ in range(2):
        registry.register(name, run_id)
    said = registry.client.get_logged_model(uri.removeprefix("models:/")).tags["mlflow.modelVersions"]
    assert said.count(name) == 1


def test_the_same_again_makes_no_second_version_and_completes_the_first(registry: Registry) -> None:
    name, run_id = registry.name(), registry.run(tags=WHERE)
    registry.model(run_id)
    # What broke off: a version without tags, description and alias.
    other = registry.register(registry.name("other"), run_id)
    source = str(registry.client.get_model_version(other.name, other.version).source)
    registry.client.create_registered_model(name)
    registry.client.create_model_version(name, source, run_id, await_creation_for=0, model_id=other.model_id)
    done = registry.register(name, run_id, aliases=("champion",), tags={"team": "x"}, description="said")
    assert (done.version, done.created) == ("1", False)
    found = registry.client.get_model_version_by_alias(name, "champion")
    assert found.tags == {**WHERE, "team": "x"}
    assert found.description == "said"
    again = registry.register(name, run_id, aliases=("champion",))
    assert (again.version, again.created, again.replaced) == ("1", False, {"champion": None})
    assert registry.versions(name) == ["1"]


def test_an_alias_moves_only_once_somebody_has_agreed(registry: Registry) -> None:
    name = registry.name()
    first, second = registry.trained(), registry.trained()
    registry.register(name, first, aliases=("champion",))
    with pytest.raises(WouldMove) as refused:
        registry.register(name, second, aliases=("champion",))
    assert refused.value.question == "champion is version 1 (run brave-fox). Move it to version 2?"
    assert "yes=True" in refused.value.hint
    assert refused.value.beside(refused.value.moves[0]) == [first, second]
    assert registry.versions(name) == ["1"]  # nothing was done
    done = registry.register(name, second, aliases=("champion",), agreed=refused.value.agreed)
    assert (done.version, done.replaced) == ("2", {"champion": "1"})
    assert registry.aliases(name) == {"champion": "2"}
    # Who agreed to take it from version 1 has not agreed to take it from version 2.
    with pytest.raises(WouldMove, match="version 2"):
        registry.register(name, first, aliases=("champion",), agreed={"champion": "1"})
    assert registry.register(name, first, aliases=("champion",), yes=True).replaced == {"champion": "2"}
    assert registry.aliases(name) == {"champion": "1"}


def test_one_of_several_models_is_named(registry: Registry) -> None:
    name, run_id = registry.name(), registry.run()
    uris = {what: registry.model(run_id, what) for what in ("scaler", "forest")}
    with pytest.raises(Invalid) as refused:
        registry.register(name, run_id)
    assert {"scaler", "forest"} <= set(refused.value.message.replace(",", " ").replace(".", " ").split())
    with pytest.raises(NotFound, match="Did you mean forest"):
        registry.register(name, run_id, model="florest")
    assert name not in registry.names()
    assert registry.register(name, run_id, model="scaler").version == "1"
    for model in ("forest", uris["forest"]):
        assert registry.register(name, run_id, model=model).version == "2"
    sources = [registry.client.get_model_version(name, version).source for version in "12"]
    assert sources[0] != sources[1]


def test_a_run_without_a_model_says_how_to_make_one(registry: Registry) -> None:
    with pytest.raises(NotFound, match="has no model"):
        registry.register(registry.name(), registry.run())


def test_a_gate_refuses_with_both_figures_and_lets_a_better_one_pass(registry: Registry) -> None:
    name = registry.name()
    champion, worse, better = (registry.trained(f1=f1, auc=0.7) for f1 in (0.84, 0.81, 0.85))
    first = registry.register(name, champion, aliases=("champion",), require=("f1 >= champion", "f1 > 0.8"))
    assert any("There is no champion yet" in note for note in first.notes)
    for gate, figures in (
        ("f1 >= 0.9", ["0.81", "0.9"]),
        ("f1 >= champion", ["0.81", "champion (version 1)", "0.84"]),
        ("f1 > champion + 0.01", ["0.81", "0.84", "0.85"]),
    ):
        with pytest.raises(Invalid) as refused:
            registry.register(name, worse, aliases=("champion",), require=(gate,), yes=True)
        assert all(figure in refused.value.message for figure in (gate, *figures)), refused.value.message
    with pytest.raises(Invalid, match=r"There are auc, f1\. Did you mean f1"):
        registry.register(name, better, require=("F1 >= champion",))
    assert registry.versions(name) == ["1"]
    done = registry.register(
        name, better, aliases=("champion",), require=("f1 >= champion + 0.01",), yes=True
    )
    assert (done.version, registry.aliases(name)) == ("2", {"champion": "2"})


def test_rolling_back_goes_to_the_version_before_and_on(registry: Registry) -> None:
    name = registry.name()
    for _ in range(4):
        registry.register(name, registry.trained(), aliases=("champion",), yes=True)
    registry.client.delete_model_version(name, "2")
    with in_use(registry.uri):
        back = nbtrack.rollback(name, yes=True)
        assert (back.version, back.replaced, back.uri) == ("3", {"champion": "4"}, f"models:/{name}@champion")
        assert nbtrack.rollback(name, yes=True).version == "1"  # version 2 is gone
        with pytest.raises(NotFound, match="No version before"):
            nbtrack.rollback(name, yes=True)
        with pytest.raises(NotFound, match="Did you mean"):
            nbtrack.rollback(name.upper(), yes=True)
    assert registry.aliases(name) == {"champion": "1"}


@pytest.mark.parametrize(
    "what", ["two words", "🦊👩\u200d🔬 fox", 'it\'s "quoted"', "50% & more#1", "é" * 240]
)
def test_a_name_that_can_be_used_can_be_loaded_by(registry: Registry, what: str) -> None:
    name = registry.name(what)
    done = registry.register(name, registry.trained(), aliases=("champion",))
    assert registry.register(name, done.run_id or "", aliases=("champion",)).created is False
    for uri in (done.uri, f"models:/{name}/1"):
        assert mlflow.pyfunc.load_model(uri).predict(3) == 3


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("team/churn", "team-churn"),
        ("a:b", "a-b"),
        ("why?", "why"),
        ("x" * 300, "256"),
        ("two\nlines", "two"),
    ],
)
def test_a_name_that_can_not_be_used_is_refused_with_a_cure(registry: Registry, name: str, cure: str) -> None:
    before = registry.names()
    with pytest.raises(Invalid) as refused:
        registry.register(name, registry.run())
    assert cure in refused.value.hint
    assert registry.names() == before


def test_aliases_that_look_like_versions_are_refused_before_anything_is_done(registry: Registry) -> None:
    name, run_id = registry.name(), registry.trained()
    for alias in ("v3", "V12", "latest", "LATEST", "3"):
        with pytest.raises(Invalid, match="looks like a version"):
            registry.register(name, run_id, aliases=("champion", alias))
    for alias in ("", "two words", "a/b", "x" * 201):
        with pytest.raises(Invalid, match="champion"):
            registry.register(name, run_id, aliases=(alias,))
    assert name not in registry.names()


def test_nobody_to_ask_is_a_conflict_that_says_what_to_type(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = registry.name()
    nbtrack.register(registry.trained(), name, aliases="champion")
    second = registry.trained()
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(Conflict, match="--yes"):
        nbtrack.register(second, name, aliases="champion")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    with pytest.raises(Conflict, match="said no"):
        nbtrack.register(second, name, aliases="champion")
    assert registry.aliases(name) == {"champion": "1"}
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    done = nbtrack.register(second, name, aliases="champion")
    assert isinstance(done, Registration)
    assert done.replaced == {"champion": "1"}
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert nbtrack.rollback(name).version == "1"
