"""What the sender brings to a real MLflow store, whatever dies on the way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import mlflow
import psutil
import pytest

from nbtrack import sqlite
from nbtrack.journal import left, places, sender
from nbtrack.journal.delivery import Delivery
from nbtrack.journal.format import End, Metric
from nbtrack.journal.sender import drain
from nbtrack.journal.settling import settle, settle_models, settled_by
from nbtrack.journal.spawn import Sender
from nbtrack.journal.state import sent
from nbtrack.journal.target import Away
from nbtrack.journal.writer import Journal
from tests.unit.stores import execute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlflow import MlflowClient
    from mlflow.entities import Run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills as only POSIX can")


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    shutil.copy(made, tmp_path / "mlflow.db")
    return tmp_path / "mlflow.db"


@pytest.fixture
def client(store: Path) -> MlflowClient:
    return mlflow.MlflowClient(sqlite.uri_of(store))


@pytest.fixture
def run(client: MlflowClient) -> Run:
    return client.create_run("0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return places.begin("kernel", "study.ipynb", within=tmp_path / "journal")


@pytest.fixture
def journal(folder: Path, store: Path, run: Run) -> Journal:
    made = Journal(folder)
    made.run(run.info.run_id, sqlite.uri_of(store), is_open=True)
    return made


@pytest.fixture
def sending(folder: Path) -> Iterator[Sender]:
    one = Sender(folder, (), pytest.fail)
    one.start()
    yield one
    one.stop()
    if one.pid is not None and psutil.pid_exists(one.pid):
        psutil.Process(one.pid).kill()


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def steps(client: MlflowClient, run: Run, key: str = "a") -> list[int]:
    return [one.step for one in client.get_metric_history(run.info.run_id, key)]


def ghost(folder: Path) -> None:
    """Make a journal that of a process which is gone."""
    note = folder / "kernel.json"
    text = note.read_text()
    note.write_text(text.replace(f'"pid": {os.getpid()}', '"pid": 999999999'))
    assert not places.is_written(folder)


def test_what_is_logged_is_in_the_store(
    journal: Journal, sending: Sender, client: MlflowClient, run: Run
) -> None:
    run_id = run.info.run_id
    for n in range(2500):
        journal.points(run_id, {"a": n / 7}, 1000 + n, n)
    journal.batch(run_id, [], [("p", "1")], [("t", "2")])
    journal.end(run_id, End("FINISHED", 5000, None))
    assert sending.settled(journal.position, 20)
    found = client.get_run(run_id)
    assert (found.info.status, found.info.end_time) == ("FINISHED", 5000)
    assert found.data.params == {"p": "1"}
    assert found.data.tags["t"] == "2"
    assert found.data.metrics == {"a": 2499 / 7}
    history = client.get_metric_history(run_id, "a")
    assert [(one.step, one.value, one.timestamp) for one in history] == [
        (n, n / 7, 1000 + n) for n in range(2500)
    ]
    assert sent(journal.folder).stored == 2503


def test_what_a_loop_logs_meanwhile_is_left_to_the_next_look(
    folder: Path, journal: Journal, client: MlflowClient, run: Run
) -> None:
    logged = 0

    class Meanwhile(Delivery):
        """Whenever a portion was sent, a further point is there."""

        def step(self) -> bool:
            found = super().step()
            log()
            return found

    def log() -> None:
        nonlocal logged
        assert logged < 10, "it goes on for as long as something is logged"
        journal.points(run.info.run_id, {"a": 1.0}, 1000 + logged, logged)
        logged += 1

    log()
    delivery = Meanwhile(folder)
    drain(delivery)
    assert steps(client, run) == [0]
    drain(delivery)
    assert steps(client, run) == [0, 1]
    delivery.close()


def test_a_sender_that_is_killed_again_and_again_loses_and_doubles_nothing(
    journal: Journal, sending: Sender, client: MlflowClient, run: Run
) -> None:
    chance = random.Random(3)  # noqa: S311 - which moments are tried
    written = 0
    for _ in range(6):
        for _ in range(3000):
            journal.points(run.info.run_id, {"a": 0.5}, 1000 + written, written)
            written += 1
        time.sleep(chance.random() / 2)
        pid = sending.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: sending.pid != pid)  # type: ignore[misc]
    assert sending.settled(journal.position, 30)
    assert sorted(steps(client, run)) == list(range(written))


def test_a_store_that_is_locked_is_waited_for(
    journal: Journal, sending: Sender, client: MlflowClient, run: Run, store: Path
) -> None:
    import sqlite3

    with sqlite3.connect(store, isolation_level=None) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        journal.points(run.info.run_id, {"a": 1.0}, 1, 1)
        sending.hurry()
        until(lambda: sent(journal.folder).error)
        assert "locked" in sent(journal.folder).error
        lock.execute("ROLLBACK")
    lock.close()
    assert sending.settled(journal.position, 60)
    assert sent(journal.folder).error == ""
    assert steps(client, run) == [1]


def test_a_store_that_is_away_and_comes_back(
    journal: Journal, sending: Sender, client: MlflowClient, run: Run, store: Path
) -> None:
    aside = store.with_name("elsewhere.db")
    store.rename(aside)
    journal.points(run.info.run_id, {"a": 1.0}, 1, 1)
    until(lambda: sent(journal.folder).error)
    assert not store.exists(), "an empty store took its place"
    aside.rename(store)
    assert sending.settled(journal.position, 60)
    assert steps(client, run) == [1]


def test_what_the_store_refuses_is_set_aside_and_the_rest_goes_on(
    journal: Journal, sending: Sender, client: MlflowClient, run: Run
) -> None:
    run_id = run.info.run_id
    client.log_param(run_id, "p", "first")
    journal.batch(run_id, [Metric("a", n, n, n) for n in range(50)], [("p", "second"), ("q", "1")], [])
    journal.points(run_id, {"no@good": 1.0}, 1, 1)
    gone = client.create_run("0").info.run_id
    journal.run(gone, journal.uri(run_id), is_open=True)
    journal.points(gone, {"a": 1.0}, 1, 1)
    assert sending.settled(journal.position, 20)
    client.delete_run(gone)
    journal.points(gone, {"a": 2.0}, 2, 2)
    journal.points(run_id, {"after": 1.0}, 1, 1)
    assert sending.settled(journal.position, 20)
    assert client.get_run(run_id).data.params == {"p": "first", "q": "1"}
    assert len(steps(client, run)) == 50
    assert steps(client, run, "after") == [1]
    refused = (journal.folder / "refused.jsonl").read_text()
    assert [word in refused for word in ("second", "no@good", gone)] == [True] * 3
    assert len(refused.splitlines()) == sent(journal.folder).refused == 3


def test_a_kernel_that_is_killed_leaves_nothing_behind(
    tmp_path: Path, client: MlflowClient, run: Run, store: Path
) -> None:
    program = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from nbtrack.journal import places\n"
        "from nbtrack.journal.spawn import Sender\n"
        "from nbtrack.journal.writer import Journal\n"
        "folder = places.begin('kernel', within=Path(sys.argv[1])); journal = Journal(folder)\n"
        "Sender(folder, (), print).start()\n"
        "journal.run(sys.argv[2], sys.argv[3], is_open=True)\n"
        "for n in range(10**9):\n"
        "    journal.points(sys.argv[2], {'a': n}, 1000 + n, n)\n"
        "    if n % 100 == 0: os.write(1, b'%d\\n' % n); time.sleep(0.001)\n"
    )
    above, uri = tmp_path / "journal", sqlite.uri_of(store)
    command = [sys.executable, "-c", program, str(above), run.info.run_id, uri]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while (last := int(process.stdout.readline())) < 20_000:
            pass
        process.kill()
        for text in process.stdout.read().split(b"\n")[:-1]:  # the last line may be torn
            last = int(text)
    until(lambda: client.get_run(run.info.run_id).info.status == "KILLED", 60)
    found = sorted(steps(client, run))
    assert found == list(range(len(found)))
    assert len(found) >= last
    ended = client.get_run(run.info.run_id)
    assert ended.info.end_time == 1000 + found[-1]
    assert ended.data.tags["nbtrack.repaired"] == "kernel-died"
    until(lambda: places.journals(above) == [])


def test_kernel_and_sender_killed_together_are_made_up_for_later(
    journal: Journal, client: MlflowClient, run: Run
) -> None:
    for n in range(3000):
        journal.points(run.info.run_id, {"a": n}, 1000 + n, n)
    ghost(journal.folder)
    told: list[tuple[int, int]] = []
    assert left.waiting(journal.folder).records == 3000
    left.drain(journal.folder, lambda done, whole: told.append((done, whole)))
    assert sorted(steps(client, run)) == list(range(3000))
    assert client.get_run(run.info.run_id).info.status == "KILLED"
    assert told[-1][0] == told[-1][1] > 0
    assert not journal.folder.exists()


def test_the_journal_of_a_kernel_that_lives_is_sent_but_not_removed(
    journal: Journal, client: MlflowClient, run: Run
) -> None:
    journal.points(run.info.run_id, {"a": 1}, 1, 1)
    left.drain(journal.folder)
    assert client.get_run(run.info.run_id).info.status == "RUNNING"
    assert left.waiting(journal.folder) == left.Waiting(0, frozenset(), 0, None)
    journal.points(run.info.run_id, {"a": 1}, 2, 2)
    assert left.waiting(journal.folder).oldest == 0.002
    left.drain(journal.folder)
    assert steps(client, run) == [1, 2]


def test_only_one_sends_a_journal(journal: Journal) -> None:
    with sender.alone(journal.folder), pytest.raises(left.Busy):
        left.drain(journal.folder)


def test_a_sweep_sends_what_dead_kernels_left(
    journal: Journal, client: MlflowClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(places.VARIABLE, str(journal.folder.parent))
    journal.points(run.info.run_id, {"a": 1}, 1, 1)
    assert left.sweep() == 0
    ghost(journal.folder)
    assert left.sweep() == 1
    assert steps(client, run) == [1]


def test_runs_that_ended_or_are_left_open_on_purpose_stay_as_they_are(
    journal: Journal, client: MlflowClient, run: Run
) -> None:
    run_id = run.info.run_id
    journal.end(run_id, End("FINISHED", 5, None))
    journal.batch(run_id, [], [], [("after", "1")])
    mine = client.create_run("0").info.run_id
    journal.run(mine, journal.uri(run_id), is_open=True)
    journal.run(mine, journal.uri(run_id), is_open=False)
    again = client.create_run("0").info.run_id
    journal.run(again, journal.uri(run_id), is_open=True)
    journal.end(again, End("FINISHED", 5, None))
    journal.run(again, journal.uri(run_id), is_open=True)
    journal.end(again, End("RUNNING", None, None))
    ghost(journal.folder)
    left.drain(journal.folder)
    assert [client.get_run(one).info.status for one in (run_id, mine, again)] == [
        "FINISHED",
        "RUNNING",
        "KILLED",
    ]


def test_a_store_that_is_away_is_said(journal: Journal, run: Run, store: Path) -> None:
    journal.points(run.info.run_id, {"a": 1}, 1, 1)
    store.unlink()
    with pytest.raises(Away, match="mlflow"):
        left.drain(journal.folder)
    assert sent(journal.folder).error
    assert left.waiting(journal.folder).records == 1


def test_a_store_of_another_revision_is_sent_to_by_mlflow(
    journal: Journal, client: MlflowClient, run: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbtrack.journal import into_sqlite, sqlite_rows

    known = execute(store, "SELECT version_num FROM alembic_version")[0][0]
    assert into_sqlite.fits(store)
    monkeypatch.setattr(sqlite_rows, "REVISIONS", sqlite_rows.REVISIONS - {known})
    assert not into_sqlite.fits(store)
    journal.batch(run.info.run_id, [Metric("a", 1, 1, 1)], [("p", "1")], [("t", "1")])
    journal.end(run.info.run_id, End("FAILED", 7, "named"))
    left.drain(journal.folder)
    found = client.get_run(run.info.run_id)
    assert (found.info.status, found.info.end_time, found.info.run_name) == ("FAILED", 7, "named")
    assert steps(client, run) == [1]


def test_reading_waits_for_what_was_logged() -> None:
    settled: list[str] = []
    with settled_by(lambda: settled.append("points"), lambda: settled.append("models")):
        settle()
        settle_models()
    settle()
    settle_models()
    assert settled == ["points", "models"]
