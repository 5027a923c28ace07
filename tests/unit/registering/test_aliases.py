"""Of two who move an alias at once one wins, and what it was before is known."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from nbtrack import aliases, claims, tags
from nbtrack.store.faults import Changed

if TYPE_CHECKING:
    from tests.unit.registering.registry import Registry

MOVING = tags.of_alias(tags.ALIAS_MOVING, "champion")
HISTORY = tags.of_alias(tags.ALIAS_HISTORY, "champion")
MOVER = """
import sys
from mlflow import MlflowClient
from nbtrack import aliases
from nbtrack.errors import Conflict
uri, name, version = sys.argv[1:]
client = MlflowClient(tracking_uri=uri, registry_uri=uri)
aliases.at(client, name, "champion")
print("ready", flush=True)
sys.stdin.readline()
try:
    aliases.move(client, name, "champion", version, "1")
    print("moved")
except Conflict as error:
    print("refused", error.message)
"""


def model(registry: Registry, versions: int = 4) -> str:
    name, run_id = registry.name(), registry.trained()
    registry.client.create_registered_model(name)
    place = registry.client.get_run(run_id).info.artifact_uri + "/model"
    for _ in range(versions):
        registry.client.create_model_version(name, place, run_id, await_creation_for=0)
    return name


@pytest.fixture(params=["sqlite", "mlflow2"])
def either(request: pytest.FixtureRequest) -> Registry:
    found: Registry = request.getfixturevalue(f"{request.param}_registry")
    return found


def test_of_two_processes_one_wins_and_the_other_is_told_who(either: Registry) -> None:
    name = model(either)
    aliases.move(either.client, name, "champion", "1", None)
    command = [sys.executable, "-c", MOVER, either.uri, name]
    movers = {
        version: subprocess.Popen(
            [*command, version], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for version in ("2", "3")
    }
    for mover in movers.values():
        assert mover.stdout is not None
        while mover.stdout.readline().strip() != "ready":
            assert mover.poll() is None
    said = {}
    for mover in movers.values():
        assert mover.stdin is not None
        mover.stdin.write("go\n")
        mover.stdin.flush()
    for version, mover in movers.items():
        said[version] = mover.communicate(timeout=60)[0].strip()
    (winner,) = [version for version, words in said.items() if words == "moved"]
    (refused,) = [words for words in said.values() if words != "moved"]
    assert f"moved to version {winner} by" in refused
    assert f"(process {movers[winner].pid})" in refused
    assert either.aliases(name) == {"champion": winner}
    found = either.client.get_registered_model(name).tags
    assert json.loads(found[HISTORY]) == ["1", winner]


def test_many_at_once_leave_one_winner(here: Registry) -> None:
    name = model(here, 6)
    aliases.move(here.client, name, "champion", "1", None)
    lost: list[str] = []

    def move(version: str) -> None:
        try:
            aliases.move(here.client, name, "champion", version, "1")
        except Changed as error:
            lost.append(error.message)

    threads = [threading.Thread(target=move, args=(version,)) for version in "23456"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(lost) == 4
    assert (
        json.loads(here.client.get_registered_model(name).tags[HISTORY])[-1] == here.aliases(name)["champion"]
    )


def test_an_alias_that_is_elsewhere_than_believed_stays(here: Registry) -> None:
    name = model(here)
    aliases.move(here.client, name, "champion", "2", None)
    for version, expected in (("3", "1"), ("3", None), (None, "1")):
        with pytest.raises(Changed, match="was moved to version 2 by") as refused:
            aliases.move(here.client, name, "champion", version, expected)
        assert refused.value.current == {"version": "2"}
    assert here.aliases(name) == {"champion": "2"}


def test_one_that_mlflow_itself_moved_meanwhile_stays_too(here: Registry) -> None:
    name = model(here)
    aliases.move(here.client, name, "champion", "1", None)
    failed: list[Changed] = []

    def move() -> None:
        try:
            aliases.move(here.client, name, "champion", "2", "1")
        except Changed as error:
            failed.append(error)

    thread = threading.Thread(target=move)
    thread.start()
    while (claims.read(here.client.get_registered_model(name).tags[MOVING]) or NOBODY).done:
        assert thread.is_alive()
    here.client.set_registered_model_alias(name, "champion", "3")
    thread.join(30)
    assert [error.current for error in failed] == [{"version": "3"}]
    assert here.aliases(name) == {"champion": "3"}


NOBODY = claims.Claim("", None, 0, "", done=True)


def test_a_claim_that_a_dead_process_left_does_not_bar_the_way(
    here: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aliases, "_DEAD", 1.0)
    name = model(here)
    here.client.set_registered_model_tag(
        name, MOVING, json.dumps({"by": "rosa", "to": "9", "at": 1, "token": "x", "done": False})
    )
    begun = time.monotonic()
    aliases.move(here.client, name, "champion", "1", None)
    assert time.monotonic() - begun > 1  # it might have been alive
    assert here.aliases(name) == {"champion": "1"}


def test_removing_and_what_was_moved_without_us_is_in_the_history(here: Registry) -> None:
    name = model(here)
    here.client.set_registered_model_alias(name, "champion", "1")
    aliases.move(here.client, name, "champion", "2", "1")
    aliases.move(here.client, name, "champion", None, "2")
    assert here.aliases(name) == {}
    aliases.move(here.client, name, "champion", "3", None)
    found = here.client.get_registered_model(name).tags
    assert aliases.history(found) == {"champion": ["1", "2", "3"]}


def test_the_history_is_bounded_and_completed(here: Registry) -> None:
    name = model(here)
    log = [str(number % 2 + 1) for number in range(aliases.KEPT + 5)]
    here.client.set_registered_model_tag(name, HISTORY, json.dumps(log))
    here.client.set_registered_model_alias(name, "champion", "3")
    aliases.move(here.client, name, "champion", "3", "2")  # it is there already, but for its history
    found = aliases.history(here.client.get_registered_model(name).tags)["champion"]
    assert (len(found), found[-1]) == (aliases.KEPT, "3")


@pytest.mark.parametrize(
    ("log", "current", "expected"),
    [
        ("", None, None),
        ("1", "1", None),
        ("1", None, "1"),  # it was removed
        ("1 2", "2", "1"),
        ("1 2 1", "1", None),  # 2 was undone
        ("1 2 3 2", "2", "1"),  # 3 was undone
        ("2 3 4 3", "3", "2"),
        ("1 2 3 2 1", "1", None),
        ("1 2 3 2 4", "4", "2"),
        ("1 2", "7", "2"),  # moved by somebody who keeps no history
        ("1 1 2 2", "2", "1"),
        ("9 1 2", "2", "1"),
        ("1 9 3 4 3 1", "1", None),
        ("1 9 2", "2", "1"),  # version 9 is no more
    ],
)
def test_the_version_before(log: str, current: str | None, expected: str | None) -> None:
    assert aliases.previous(log.split(), current, lambda version: version != "9") == expected


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "nonsense", "[" * 10_000, '{"by": 1}', '{"by": "x", "at": "soon"}']
)
def test_what_others_wrote_into_the_tags_is_no_claim_and_no_history(text: str) -> None:
    assert claims.read(text) is None
    assert aliases.history({HISTORY: text, "nbtrack.alias..history": "[1]", "other": "[1]"}) == {
        "champion": []
    }
