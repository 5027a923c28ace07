"""What changes the registry, seen by MLflow's client afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.errors import Invalid, NotFound
from nbtrack.store import model_calls as calls
from nbtrack.store.asking import ask
from nbtrack.store.calls import pulse
from nbtrack.store.faults import Changed, body_of
from nbtrack.store.opened import Store

if TYPE_CHECKING:
    from pathlib import Path

NAME = "it's <b>churn</b>".replace("/", "") + " 😀"


@pytest.fixture(params=["sql", "client"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path}/mlflow.db", tmp_path)
    store.warm_up()
    store.ready()
    store.make()
    client = store.client
    client.create_registered_model(NAME, {"team": "a"}, "old")
    for number in range(3):
        client.create_model_version(NAME, "x", tags={"k": f"v{number}"}, description="old")
    if request.param == "client":
        store.file = None
    return store


def test_a_model_is_changed(store: Store) -> None:
    calls.update_model(
        store,
        name=NAME,
        description="# new 😀",
        tags={"team": None, "x": "<b>", "never": None},
        expected={"description": "old", "tags.team": "a", "tags.x": None},
    )
    found = store.client.get_registered_model(NAME)
    assert (found.description, found.tags) == ("# new 😀", {"x": "<b>"})
    assert calls.model(store, name=NAME)["description"] == "# new 😀"
    calls.update_model(store, name=NAME, description="")
    calls.update_model(store, name=NAME, tags={"x": "y"}, expected={"description": None})
    found = store.client.get_registered_model(NAME)
    assert (found.description or "", found.tags) == ("", {"x": "y"})


def test_a_version_is_changed(store: Store) -> None:
    expected: dict[str, str | None] = {"description": "old", "tags.k": "v1"}
    calls.update_version(
        store, name=NAME, version="2", description="new", tags={"k": None, "y": "z"}, expected=expected
    )
    found = calls.model_versions(store, name=NAME)["items"]
    assert [(one["version"], one["description"]) for one in found] == [
        ("3", "old"),
        ("2", "new"),
        ("1", "old"),
    ]
    assert found[1]["tags"] == [{"key": "y", "value": "z"}]
    assert found[0]["tags"] == [{"key": "k", "value": "v2"}]


@pytest.mark.parametrize(
    ("expected", "current"),
    [
        ({"description": "other"}, {"description": "old"}),
        ({"tags.team": None, "tags.k": None}, {"tags.team": "a"}),
        ({"tags.x": "y"}, {"tags.x": None}),
    ],
)
def test_what_somebody_else_changed_is_not_overwritten(
    store: Store, expected: dict[str, str | None], current: dict[str, str | None]
) -> None:
    with pytest.raises(Changed) as error:
        calls.update_model(store, name=NAME, description="mine", tags={"x": "mine"}, expected=expected)
    body = body_of(error.value)
    assert (body["code"], body["status"], body["current"]) == ("conflict", 409, current)
    found = store.client.get_registered_model(NAME)
    assert (found.description, found.tags) == ("old", {"team": "a"})
    with pytest.raises(Changed) as error:
        calls.update_version(store, name=NAME, version="1", description="mine", expected={"tags.k": "other"})
    assert error.value.current == {"tags.k": "v0"}
    assert store.client.get_model_version(NAME, "1").description == "old"


@pytest.mark.parametrize("change", [{"description": "x" * 6000}, {"expected": {"name": "x"}}])
def test_what_cant_be_changed(store: Store, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as error:
        calls.update_model(store, name=NAME, **change)
    assert error.value.hint
    with pytest.raises(Invalid):
        calls.update_version(store, name=NAME, version="1", **change)


def test_an_alias_goes_from_version_to_version(store: Store) -> None:
    def champion() -> Any:
        return {one["alias"]: one["version"] for one in calls.model(store, name=NAME)["aliases"]}

    calls.set_alias(store, name=NAME, alias="champion", version="1", expected=None)
    calls.set_alias(store, name=NAME, alias="champion", version="3", expected="1")
    assert champion() == {"champion": "3"}
    found = calls.model(store, name=NAME)
    assert (found["history"], found["previous"]) == ({"champion": ["1", "3"]}, {"champion": "1"})
    for believed in ("1", None):
        with pytest.raises(Changed) as error:
            calls.set_alias(store, name=NAME, alias="champion", version="2", expected=believed)
        assert error.value.current == {"version": "3"}
    assert champion() == {"champion": "3"}
    calls.set_alias(store, name=NAME, alias="champion", version=None, expected="3")
    assert champion() == {}


@pytest.mark.parametrize(
    ("alias", "version"), [("v7", "1"), ("latest", "1"), ("a b", "1"), ("", "1"), ("champion", "99")]
)
def test_an_alias_that_cant_be(store: Store, alias: str, version: str) -> None:
    with pytest.raises((Invalid, NotFound)):
        ask(store, "set_alias", {"name": NAME, "alias": alias, "version": version, "expected": None})
    assert calls.model(store, name=NAME)["aliases"] == []


def test_versions_and_models_are_deleted(store: Store) -> None:
    store.client.set_registered_model_alias(NAME, "champion", "3")
    calls.delete_version(store, name=NAME, version="3")
    assert [one["version"] for one in calls.model_versions(store, name=NAME)["items"]] == ["2", "1"]
    assert calls.model(store, name=NAME)["aliases"] == []
    assert calls.model(store, name=NAME)["latest"] == {"version": "2", "status": "READY"}
    calls.delete_model(store, name=NAME)
    assert calls.models(store)["items"] == []
    assert calls.model_versions(store, name=NAME)["items"] == []
    gone: list[tuple[str, dict[str, Any]]] = [
        ("model", {}),
        ("delete_model", {}),
        ("delete_version", {"version": "1"}),
        ("update_model", {"description": "x"}),
        ("update_version", {"version": "1", "description": "x"}),
        ("set_alias", {"alias": "champion", "version": "1", "expected": None}),
    ]
    for call, more in gone:
        with pytest.raises(NotFound):
            ask(store, call, {"name": NAME, **more})


def test_a_pulse_is_felt(store: Store) -> None:
    marks = [pulse(store)["mark"]]
    assert pulse(store)["mark"] == marks[0]
    changes: list[tuple[str, dict[str, Any]]] = [
        ("update_model", {"description": "new"}),
        ("update_model", {"tags": {"x": "y"}}),
        ("set_alias", {"alias": "champion", "version": "1", "expected": None}),
        ("set_alias", {"alias": "champion", "version": "2", "expected": "1"}),
        ("update_version", {"version": "3", "description": "new"}),
        ("update_version", {"version": "3", "tags": {"x": "y"}}),
        ("delete_version", {"version": "3"}),
    ]
    for call, more in changes:
        ask(store, call, {"name": NAME, **more})
        marks.append(pulse(store)["mark"])
    store.client.create_model_version(NAME, "x")
    marks.append(pulse(store)["mark"])
    store.client.create_registered_model("another")
    marks.append(pulse(store)["mark"])
    assert len(set(marks)) == len(marks)
