"""`nbtrack sync`, into real stores, and against one that is away."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient

from nbtrack.journal.left import Busy, drain
from nbtrack.journal.sender import alone
from nbtrack.journal.state import sent
from tests.unit.command.logged import environment, journal, store_with_run, values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Command = Callable[..., Result]

SYNC = [sys.executable, "-c", "from nbtrack.command import main; main(['sync'])"]
# A shell starts what runs in its background deaf to Ctrl-C, and with it the tests and all that they start.
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
FROM_TERMINAL = [*SYNC[:-1], HEARS + SYNC[-1]]
NOTHING = "Nothing is waiting: all that was logged is stored.\n"


def test_with_nothing_to_send_it_says_so(nbtrack: Command) -> None:
    done = nbtrack("sync")
    assert (done.exit_code, done.output) == (0, NOTHING)


def test_what_a_dead_kernel_left_is_stored_and_its_run_ended(nbtrack: Command, tmp_path: Path) -> None:
    uri, run_id = store_with_run(tmp_path)
    folder = journal(uri, run_id, 5)
    done = nbtrack("sync")
    assert done.exit_code == 0, done.output
    assert done.output == (
        "train.ipynb · kernel 1f2e3d4c: 5 records stored. "
        "Its kernel is gone: runs that it left open are ended.\nAll that was logged is stored.\n"
    )
    assert len(values(uri, run_id)) == 5
    assert MlflowClient(uri).get_run(run_id).info.status == "KILLED"
    assert not folder.exists()
    assert nbtrack("sync").output == NOTHING


def test_the_run_of_a_kernel_that_lives_goes_on(nbtrack: Command, tmp_path: Path) -> None:
    uri, run_id = store_with_run(tmp_path)
    folder = journal(uri, run_id, 5, alive=True)
    assert nbtrack("sync").exit_code == 0
    assert len(values(uri, run_id)) == 5
    assert MlflowClient(uri).get_run(run_id).info.status == "RUNNING"
    assert folder.exists()
    assert nbtrack("sync").output == NOTHING


def test_one_store_that_is_away_does_not_keep_others_from_theirs(nbtrack: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        away = f"http://127.0.0.1:{free.getsockname()[1]}"
    uri, run_id = store_with_run(tmp_path)
    left = journal(away, "run-1", 2, notebook="away.ipynb")
    journal(uri, run_id, 5)
    done = nbtrack("sync")
    assert done.exit_code == 1
    (line,) = [line for line in done.output.splitlines() if line.startswith("away.ipynb")]
    assert "2 records still wait." in line
    assert line.endswith("Type `nbtrack sync` to try again.")
    assert "All that was logged is stored." not in done.output
    assert len(values(uri, run_id)) == 5
    assert sent(left).error
    assert sent(left).stored == 0


def test_what_the_store_refuses_is_told_with_where_it_is(nbtrack: Command, tmp_path: Path) -> None:
    uri, run_id = store_with_run(tmp_path)
    folder = journal(uri, "0" * 32, 2)
    done = nbtrack("sync")
    assert done.exit_code == 0, done.output
    assert "0 records stored." in done.output
    assert f"2 records refused by the store for good, and why: {folder / 'refused.jsonl'}" in done.output
    assert (
        f"2 records refused by the store for good, and why: {folder / 'refused.jsonl'}"
        in nbtrack("sync").output
    )
    assert len((folder / "refused.jsonl").read_text().splitlines()) == 2
    assert values(uri, run_id) == []


def test_a_journal_that_another_process_sends_is_left_to_it(
    nbtrack: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbtrack.command.sync._PATIENCE", 0.5)
    uri, run_id = store_with_run(tmp_path)
    folder = journal(uri, run_id, 5)
    with alone(folder):
        with pytest.raises(Busy):
            drain(folder)
        done = nbtrack("sync")
    assert done.exit_code == 1
    assert "5 records still wait. Its own process is sending it." in done.output
    assert values(uri, run_id) == []


def test_on_a_terminal_a_bar_shows_how_far_it_is(tmp_path: Path, journals: Path) -> None:
    uri, run_id = store_with_run(tmp_path)
    journal(uri, run_id, 500, notebook="a\x1b]0;owned\x07.ipynb")
    ours, theirs = pty.openpty()
    with subprocess.Popen(SYNC, env=environment(journals), stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        text = b""
        while part := _read(ours):
            text += part
    os.close(ours)
    assert process.returncode == 0, text
    assert b"100%" in text
    assert b"owned" in text
    assert b"\x1b]" not in text
    assert b"500 records stored" in text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux's way to say that the other side has gone
        return b""


def test_ctrl_c_says_what_is_left_and_loses_nothing(journals: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(120)
        folder = journal(f"http://127.0.0.1:{silent.getsockname()[1]}", "run-1", 50)
        before = (folder / "000001.jsonl").read_bytes()
        with subprocess.Popen(
            FROM_TERMINAL,
            env=environment(journals),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            connection, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            text, errors = process.communicate(timeout=60)
            connection.close()
    assert "Stopped. Nothing is lost:" in text, errors
    assert "of 1 kernel still wait on this machine. Type `nbtrack sync` to go on." in text
    assert "Traceback" not in errors
    assert process.returncode == 1
    assert (folder / "000001.jsonl").read_bytes() == before
