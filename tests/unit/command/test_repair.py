"""`nbtrack repair`, on a real store."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mlflow import MlflowClient

from nbtrack import liveness, tags
from tests.unit.command.logged import GONE, store_with_run
from tests.unit.stores import make_newer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Command = Callable[..., Result]


def left_behind(folder: Path, name: str = "left") -> tuple[MlflowClient, str]:
    """Make a store with a run whose kernel is dead, and one whose kernel is this process."""
    uri, alive = store_with_run(folder)
    client = MlflowClient(uri)
    dead = client.create_run("0", run_name=name).info.run_id
    beat = {tags.KERNEL_ID: "k", tags.HEARTBEAT: str(int(time.time() * 1000))}
    for run_id, own in ((alive, {}), (dead, {tags.KERNEL_PID: str(GONE)})):
        for key, value in (liveness.own_tags() | beat | own).items():
            client.set_tag(run_id, key, value)
    return client, dead


def statuses(client: MlflowClient) -> list[str]:
    return sorted(run.info.status for run in client.search_runs(["0"]))


def test_runs_of_dead_kernels_are_listed_and_nothing_is_changed(nbtrack: Command, tmp_path: Path) -> None:
    client, dead = left_behind(tmp_path)
    done = nbtrack("repair")
    assert done.exit_code == 0, done.output
    store, line, cure = done.output.splitlines()
    assert store == f"Store: sqlite:///{tmp_path / 'mlflow.db'}"
    assert line.startswith(f"{dead}  left")
    assert cure == "1 run left RUNNING. Type `nbtrack repair --apply` to end it."
    assert statuses(client) == ["RUNNING", "RUNNING"]


def test_with_apply_they_are_ended_and_the_living_are_not(nbtrack: Command, tmp_path: Path) -> None:
    client, dead = left_behind(tmp_path)
    assert "Ended 1 run as KILLED." in nbtrack("repair", "--apply").output
    assert statuses(client) == ["KILLED", "RUNNING"]
    assert client.get_run(dead).data.tags[tags.REPAIRED] == "kernel-died"
    assert "No run was left RUNNING by a dead kernel." in nbtrack("repair").output


def test_another_store_is_named_in_what_to_type(nbtrack: Command, tmp_path: Path) -> None:
    elsewhere = tmp_path / "my runs"
    elsewhere.mkdir()
    left_behind(elsewhere)
    text = nbtrack("repair", "--store", "my runs/mlflow.db").output
    assert "Type `nbtrack repair --apply --store 'my runs/mlflow.db'` to end it." in text


def test_a_name_from_the_store_can_neither_steer_the_terminal_nor_add_a_line(
    nbtrack: Command, tmp_path: Path
) -> None:
    left_behind(tmp_path, "a\x1b[2J\nNo run was left RUNNING")
    text = nbtrack("repair").output
    assert "\x1b" not in text
    assert len(text.splitlines()) == 3


def test_a_store_that_is_not_there_is_not_made(nbtrack: Command, tmp_path: Path) -> None:
    done = nbtrack("repair")
    assert done.exit_code == 1
    assert "is not there yet" in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_newer_store_is_left_alone(nbtrack: Command, tmp_path: Path) -> None:
    make_newer(tmp_path / "mlflow.db")
    done = nbtrack("repair")
    assert done.exit_code == 1
    assert "pip install -U mlflow" in done.output


def test_what_can_be_no_store_is_refused_without_its_password(nbtrack: Command) -> None:
    done = nbtrack("repair", "--store", "nonsense")
    assert done.exit_code == 1
    assert "which is not a store" in done.output
    away = nbtrack("repair", "--store", "http://me:hunter2@127.0.0.1:9")
    assert away.exit_code == 1
    assert "hunter2" not in away.output
