"""`nbtrack status`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from nbtrack.command.words import amount, lasting, shown
from nbtrack.journal.format import line
from nbtrack.journal.state import Sent, sent
from tests.unit.command.logged import environment, journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Command = Callable[..., Result]

NOTHING = "Nothing is waiting: all that was logged is stored.\n"
URI = "sqlite:////nowhere/mlflow.db"


def test_where_no_kernel_ever_was_nothing_waits(nbtrack: Command, journals: Path) -> None:
    done = nbtrack("status")
    assert (done.exit_code, done.output) == (0, NOTHING)
    assert not journals.exists()


def test_a_kernel_that_is_gone_is_told_with_what_it_left(nbtrack: Command) -> None:
    journal(URI, "run-1", 3)
    done = nbtrack("status")
    assert done.exit_code == 0
    first, waiting, cure = done.output.splitlines()
    assert first == "train.ipynb · kernel 1f2e3d4c · gone"
    assert waiting.startswith("  waiting  3 records of 1 run (")
    assert re.search(r"bytes\), the oldest for \d+ s$", waiting)
    assert cure == "Type `nbtrack sync` to send it now."


def test_what_a_living_kernel_logs_is_on_its_way_and_needs_no_one(nbtrack: Command) -> None:
    journal(URI, "run-1", 3, alive=True)
    first, *rest = nbtrack("status").output.splitlines()
    assert first.endswith("· alive")
    assert len(rest) == 1


def test_what_is_stored_does_not_count(nbtrack: Command) -> None:
    folder = journal(URI, "run-1", 3, alive=True)
    Sent(1, (folder / "000001.jsonl").stat().st_size, stored=3).save(folder)
    assert nbtrack("status").output == NOTHING


def test_a_run_that_a_dead_kernel_left_open_is_still_to_be_ended(nbtrack: Command) -> None:
    folder = journal(URI, "run-1", 3)
    Sent(1, (folder / "000001.jsonl").stat().st_size, open={"run-1": URI}).save(folder)
    assert "  waiting  the end of its runs\n" in nbtrack("status").output


def test_trouble_and_refusals_are_told(nbtrack: Command) -> None:
    folder = journal(URI, "run-1", 3, alive=True)
    Sent(error="The store https://me:hunter2@host/x is away.", since=time.time(), refused=1).save(folder)
    text = nbtrack("status").output
    assert "  trouble  The store https://host/x is away, since 20" in text
    assert "  refused  1 record refused by the store for good" in text
    assert str(folder / "refused.jsonl") in text
    assert "hunter2" not in text
    assert "hunter2" not in nbtrack("status", "--json").output


def test_no_terminal_escape_of_a_notebook_reaches_the_terminal(nbtrack: Command) -> None:
    folder = journal(URI, "run-1", 3, notebook="a\x1b]0;owned\x07\r\n\u202eb.ipynb")
    Sent(error="bad\x1b[2Jthing\nNothing is waiting").save(folder)
    text = nbtrack("status").output
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(text)
    assert len(text.splitlines()) == 4
    assert "\x1b" not in nbtrack("status", "--json").output


def test_json_tells_the_same_to_programs(nbtrack: Command) -> None:
    folder = journal(URI, "run-1", 3)
    (found,) = json.loads(nbtrack("status", "--json").output)["journals"]
    assert found["folder"] == str(folder)
    assert (found["notebook"], found["alive"]) == ("train.ipynb", False)
    assert (found["waiting"]["records"], found["waiting"]["runs"]) == (3, ["run-1"])
    assert abs(found["waiting"]["oldest"] - time.time()) < 60
    assert sent(folder) == Sent()


def test_a_point_dated_by_the_user_does_not_make_a_journal_old(nbtrack: Command) -> None:
    folder = journal(URI, "run-1", 0)
    with (folder / "000001.jsonl").open("ab") as file:
        file.write(line("metric", "run-1", "loss", 1.0, 5, 0))
    assert re.search(r"1 record of 1 run .*the oldest for \d+ s\n", nbtrack("status").output)


def test_a_damaged_note_of_the_kernel_is_no_reason_to_fail(nbtrack: Command) -> None:
    folder = journal(URI, "run-1", 3)
    (folder / "kernel.json").write_text("{")
    assert f"{folder.name} · gone" in nbtrack("status").output


def test_it_loads_nothing_heavy(journals: Path) -> None:
    journal(URI, "run-1", 3)
    code = (
        "import sys; from nbtrack.command import main; main(['status'], standalone_mode=False);"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(journals), check=True, capture_output=True, text=True
    )
    assert "3 records of 1 run" in done.stdout
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert (
        loaded & {"mlflow", "pandas", "numpy", "sqlalchemy", "altair", "IPython", "jupyter_server"} == set()
    )


@pytest.mark.parametrize(
    ("seconds", "words"), [(-5, "0 s"), (119, "119 s"), (240, "4 min"), (7200, "2 h"), (86400 * 3, "3 days")]
)
def test_lengths_of_time_read_well(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_sizes_read_well() -> None:
    assert [amount(size) for size in (1, 999, 2048, 5 * 2**20)] == ["1 byte", "999 bytes", "2.0 kB", "5.0 MB"]


def test_a_long_text_is_cut() -> None:
    assert len(shown("x" * 10_000)) < 500
