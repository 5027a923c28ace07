"""What a journal holds after what was written to it, whatever became of the disk or the process."""

from __future__ import annotations

import math
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from nbtrack.journal import places
from nbtrack.journal.format import End, Metric, record
from nbtrack.journal.reader import Reader, segments
from nbtrack.journal.writer import Journal, Unwritable

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.journal.format import Batch

URI = "sqlite:////some/where.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return places.begin("kernel", "study.ipynb", within=tmp_path / "journal")


def read(folder: Path) -> list[Batch]:
    """Return all that is in a journal."""
    reader, found = Reader(folder, 1, 0), []
    while (portion := reader.next()) is not None:
        assert not portion.damaged
        found += [batch for uri, batch in portion.batches if uri == URI]
        reader.past(portion)
    return found


def fill(journal: Journal) -> int:
    """Write points until no more can be, and return how many."""
    for n in range(1000):
        try:
            journal.points("r", {"a": 1.0}, 1, n)
        except Unwritable:
            return n
    raise AssertionError("there was room for all")


def test_what_is_written_is_read(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    journal.points("r", {'lo"ss é\ud800': 0.1}, 5, 0)
    journal.points("r", {"big": math.inf}, 5, 1)
    journal.points("r", {"none": math.nan}, 5, -3)
    about = {"model_id": "m"}
    journal.batch("r", [Metric("a", 1e-300, 6, 2, about)], [("p", "x\ny")], [("t", "\u2028")])
    journal.end("r", End("FINISHED", 9, None))
    (batch,) = read(folder)
    assert [one[:4] for one in batch.metrics[:2]] == [('lo"ss é\ud800', 0.1, 5, 0), ("big", math.inf, 5, 1)]
    assert math.isnan(batch.metrics[2].value)
    assert batch.metrics[3] == ("a", 1e-300, 6, 2, about)
    assert batch.params == [("p", "x\ny")]
    assert batch.tags == [("t", "\u2028")]
    assert batch.end == ("FINISHED", 9, None)


def test_only_its_user_reads_it(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_segments_follow_each_other_and_each_stands_alone(folder: Path) -> None:
    journal = Journal(folder, segment_bytes=500)
    journal.run("r", URI, is_open=True)
    for n in range(100):
        journal.points("r", {"a": n}, 1000, n)
    assert len(segments(folder)) > 5
    assert [one.step for batch in read(folder) for one in batch.metrics] == list(range(100))
    (folder / "000001.jsonl").unlink()
    later = Reader(folder, 2, 0).next()
    assert later is not None
    assert later.batches


def test_batches_keep_to_what_one_call_may_hold(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    journal.batch("r", [], [(f"p{n}", "1") for n in range(250)], [])
    journal.batch("r", [Metric("m", n, 1, n) for n in range(2500)], [], [])
    journal.end("r", End("FAILED", 1, None))
    journal.batch("r", [], [], [("after", "1")])
    batches = read(folder)
    assert max(batch.size for batch in batches) <= 1001
    assert max(len(batch.params) for batch in batches) == 100
    assert sum(batch.size for batch in batches) == 250 + 2500 + 2
    assert [batch.end is not None for batch in batches][-2:] == [True, False]
    # One param with two values would have the store refuse the whole call.
    journal.batch("r", [], [("p0", "other")], [])
    journal.batch("r", [], [("p0", "third")], [])
    assert [batch.params for batch in read(folder)[-2:]] == [[("p0", "other")], [("p0", "third")]]


def test_points_of_one_millisecond_stay_apart_and_the_last_is_the_latest(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    now = int(time.time() * 1000)
    for value in (0.5, 0.5, 0.4):
        journal.points("r", {"loss": value}, now, 0)
    journal.batch("r", [Metric("loss", 0.3, now, 0), Metric("loss", 0.3, now, 0)], [], [])
    (batch,) = read(folder)
    assert [one.timestamp - now for one in batch.metrics] == [0, 1, 2, 3, 4]


def test_timestamps_of_the_users_own_are_kept(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    for _ in range(2):
        journal.points("r", {"loss": 0.5}, 1_000_000, 0)
    journal.points("r", {"loss": 0.5}, 900_000, 0)
    (batch,) = read(folder)
    assert [one.timestamp for one in batch.metrics] == [1_000_000, 1_000_000, 900_000]


def test_a_torn_last_line_counts_for_nothing(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    journal.points("r", {"a": 1.0}, 1, 1)
    with (folder / "000001.jsonl").open("ab") as file:
        file.write(b'["metric","r","a",2.0,2')
    (batch,) = read(folder)
    assert len(batch.metrics) == 1


def test_a_damaged_line_is_found_and_the_rest_is_read(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    with (folder / "000001.jsonl").open("ab") as file:
        file.write(b"\0\0\0\n[1]\n" + b'["metric","r"]\n["param","unknown","a","b"]\n')
    journal.points("r", {"a": 1.0}, 1, 1)
    portion = Reader(folder, 1, 0).next()
    assert portion is not None
    assert len(portion.damaged) == 4
    assert [len(batch.metrics) for _, batch in portion.batches if batch.size] == [1]


def test_threads_write_whole_lines(folder: Path) -> None:
    journal = Journal(folder, segment_bytes=10_000)
    journal.run("r", URI, is_open=True)

    def log(key: str) -> None:
        for n in range(500):
            journal.points("r", {key: n}, 1, n)

    threads = [threading.Thread(target=log, args=(f"k{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    points = [one for batch in read(folder) for one in batch.metrics]
    assert len({(one.key, one.step) for one in points}) == len(points) == 4000
    assert [one.step for one in points if one.key == "k3"] == list(range(500))


@pytest.mark.skipif(os.name == "nt", reason="a limit on a file's size stands for a full disk")
def test_a_full_disk_leaves_nothing_half_written(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        written = fill(journal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert len(read(folder)[0].metrics) == written > 10
    journal.points("r", {"a": 1.0}, 1, written)  # there is room again
    assert [one.step for one in read(folder)[0].metrics] == list(range(written + 1))


def test_what_waits_takes_no_more_than_its_limit(folder: Path) -> None:
    journal = Journal(folder, segment_bytes=1000, limit_bytes=5000)
    journal.run("r", URI, is_open=True)
    assert fill(journal) > 20
    with pytest.raises(Unwritable, match="wait for the store already"):
        journal.points("r", {"a": 1.0}, 1, 0)
    (folder / "000001.jsonl").unlink()  # the sender has it
    (folder / "000002.jsonl").unlink()
    journal.points("r", {"a": 1.0}, 1, 0)


@pytest.mark.skipif(os.name == "nt", reason="kills as only POSIX can")
def test_a_line_is_there_when_its_call_has_returned(folder: Path) -> None:
    program = (
        "import os, sys, pathlib; from nbtrack.journal.writer import Journal\n"
        "journal = Journal(pathlib.Path(sys.argv[1])); journal.run('r', sys.argv[2], is_open=True)\n"
        "for n in range(10**9):\n"
        "    journal.points('r', {'a': n}, 1, n); os.write(1, b'%d\\n' % n)"
    )
    with subprocess.Popen([sys.executable, "-c", program, folder, URI], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while (last := int(process.stdout.readline())) < 5000:
            pass
        process.kill()
        for text in process.stdout.read().split(b"\n")[:-1]:  # the last line may be torn
            last = int(text)
    steps = [one.step for batch in read(folder) for one in batch.metrics]
    assert steps == list(range(len(steps)))
    assert len(steps) > last


def test_lines_are_what_format_says(folder: Path) -> None:
    journal = Journal(folder)
    journal.run("r", URI, is_open=True)
    journal.points("r", {"a": 0.25}, 1, 2)
    lines = [record(text) for text in (folder / "000001.jsonl").read_bytes().splitlines()]
    assert lines == [["journal", 1], ["run", "r", URI, True], ["metric", "r", "a", 0.25, 1, 2]]
