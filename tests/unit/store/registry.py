"""A store of odd registered models, made by MLflow itself; and one of many, made by SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient

from nbtrack import capabilities, tags
from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

MARKUP = "<img src=x onerror=alert(1)>"
NAMES = [
    "churn",
    "Churn 2",
    "it's",
    'say "hi"',
    "'both' \"kinds\"",
    "`tick`",
    "50%_x",
    "é€😀 ŒUVRE",
    " led by a space",
    "a\nb",
    "<script>alert(1)<",
    "?a=b&c#d",
    "%2F%00",
    "x" * 250,
]
ALIASES = ["champion", "challenger", "_", "-", "a" * 255, "größe"]


@dataclass
class Registry:
    """What was made.

    Attributes
    ----------
    runs
        Ids; versions came from some of them.
    """

    uri: str
    file: Path
    runs: list[str] = field(default_factory=list)
    client: Any = None

    def page(self, search: Any, **more: Any) -> list[Any]:
        """Return all that one of MLflow's searches finds."""
        found = search(**more)
        assert not found.token
        return list(found)


def make(file: Path) -> Registry:
    """Make the store in a file, or fill it if it is there."""
    if not file.exists():
        stores.make_current(file)
    made = Registry(f"sqlite:///{file}", file)
    client = made.client = MlflowClient(made.uri, made.uri)
    experiments = [client.create_experiment(f"of models {number}") for number in range(2)]
    for number in range(8):
        origin = {tags.NOTEBOOK_PATH: "notebooks/é.ipynb", tags.CELL_ID: f"cell-{number}"}
        run = client.create_run(
            experiments[number % 2],
            tags={"mlflow.user": "ada", **(origin if number % 3 else {})},
            run_name=f"{MARKUP} {number}",
        )
        made.runs.append(run.info.run_id)
    for place, name in enumerate(NAMES):
        _model(made, place, name)
    client.delete_run(made.runs[1])
    stores.execute(file, f"DELETE FROM tags WHERE run_uuid = '{made.runs[2]}'")  # noqa: S608
    stores.execute(file, f"DELETE FROM runs WHERE run_uuid = '{made.runs[2]}'")  # noqa: S608
    client.create_registered_model("no version")
    client.create_registered_model("deleted")
    client.delete_registered_model("deleted")
    client.register_prompt("no-model", "Translate {{text}}.")
    # Ties: three models at a time were updated together.
    stores.execute(file, "UPDATE registered_models SET last_updated_time = 1700000000000 + rowid / 3")
    stores.execute(file, "UPDATE model_versions SET creation_time = 1700000000000 + (rowid * 7) % 5")
    return made


def _model(made: Registry, place: int, name: str) -> None:
    client = made.client
    client.create_registered_model(name, {"team": MARKUP, "é": "ü"} if place % 2 else None, MARKUP)
    for number in range(place % 5 + 1):
        run_id = made.runs[(place + number) % 8] if number % 4 != 3 else None
        source = [
            f"models:/m-{number:032x}",
            "https://ann:s3cret@example.org/m?sig=s3cret",
            f"file:///x/1/models/m-{number:032x}/artifacts",
            "runs:/x/model",
        ][number % 4]
        _add_version(made, name, source, run_id, number)
    for at, alias in enumerate(ALIASES[: place % 7]):
        client.set_registered_model_alias(name, alias, str(at % (place % 5 + 1) + 1))
    if place % 5 == 4:
        client.delete_model_version(name, "5")  # the newest, and one in the middle
        client.delete_model_version(name, "2")
    history = '["1", "2", "3"]' if place % 2 else "[" * 500
    client.set_registered_model_tag(name, tags.of_alias(tags.ALIAS_HISTORY, "champion"), history)


def _add_version(made: Registry, name: str, source: str, run_id: str | None, number: int) -> None:
    more = {tags.CELL_ID: "its own"} if number == 1 else {"k": MARKUP}
    # By SQL, since MLflow looks for a `models:/` source in the store of the whole process.
    made.client.create_model_version(name, "x", run_id, more, description=f"# {number}" if number else None)
    with closing(sqlite3.connect(made.file)) as store, store:
        store.execute(
            "UPDATE model_versions SET source = ?, status = ?, status_message = ?, user_id = ? "
            "WHERE name = ? AND version = ?",
            [
                source,
                "FAILED_REGISTRATION" if number == 2 else "READY",
                MARKUP if number == 2 else None,
                "bob" if number == 3 else None,
                name,
                number + 1,
            ],
        )
    if number == 1:
        with capabilities.silent():
            made.client.transition_model_version_stage(name, "2", "Production")


def many(file: Path, *, models: int, versions: int) -> str:
    """Make a store of many models, each with versions of runs of their own, and an alias."""
    stores.make_current(file)
    numbers = range(1, models + 1)
    pairs = [(number, version) for number in numbers for version in range(1, versions + 1)]
    at = 1_700_000_000_000
    with closing(sqlite3.connect(file)) as store, store:
        store.executemany(
            "INSERT INTO registered_models (name, creation_time, last_updated_time) VALUES (?, ?, ?)",
            [(f"model {number}", at, at + number) for number in numbers],
        )
        store.executemany(
            "INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, "
            "source, run_id, status) VALUES (?, ?, ?, ?, 'None', 'runs:/x/model', ?, 'READY')",
            [
                (f"model {number}", version, at + number * versions + version, at, run_of(number, version))
                for number, version in pairs
            ],
        )
        store.executemany(
            "INSERT INTO runs (run_uuid, name, experiment_id, lifecycle_stage, status, start_time, user_id, "
            "artifact_uri, source_type) VALUES (?, ?, 0, 'active', 'FINISHED', ?, 'ada', '/x', 'UNKNOWN')",
            [(run_of(number, version), f"run {number}", at + number) for number, version in pairs],
        )
        store.executemany(
            "INSERT INTO model_version_tags (name, version, key, value) VALUES (?, ?, 'k', 'v')",
            [(f"model {number}", version) for number, version in pairs],
        )
        store.executemany(
            "INSERT INTO registered_model_aliases (name, alias, version) VALUES (?, 'champion', ?)",
            [(f"model {number}", versions) for number in numbers],
        )
    return f"sqlite:///{file}"


def run_of(number: int, version: int) -> str:
    """Return the id of the run of a version of `many`; MLflow 3.15 finds none without a letter."""
    return f"a{number:015x}{version:016x}"
