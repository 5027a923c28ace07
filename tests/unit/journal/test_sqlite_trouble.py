"""`IntoSqlite` and a file that is locked, full, gone, replaced, upgraded, or none that it knows."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack import schema
from nbtrack.journal import sqlite_rows
from nbtrack.journal.format import Batch, Metric
from nbtrack.journal.into_sqlite import IntoSqlite, fits
from nbtrack.journal.target import Away
from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

from tests.unit.journal.pair import TABLES, Pair, dump, held, run_of

NAN, INF = float("nan"), float("inf")
ABSENT = "0" * 32


def test_a_locked_store_is_away_and_back(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbtrack.journal.into_sqlite._WAIT", 0.1)
    batch = Batch(pair.run, [Metric("m", 1.0, 1, 1)])
    with closing(held(pair.ours)) as other:
        assert pair.target.status(pair.run) == "RUNNING"  # who writes does not keep out who reads
        with pytest.raises(Away, match="another process keeps it locked"):
            pair.target.send(batch)
        other.execute("ROLLBACK")
        pair.target.send(batch)
    with closing(sqlite3.connect(pair.ours, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM runs").fetchone()
        with pytest.raises(Away, match="locked"):  # not before the commit
            pair.target.send(Batch(pair.run, [Metric("m", 2.0, 2, 2)]))
    assert stores.execute(pair.ours, "SELECT value FROM metrics") == [(1.0,)]


def test_what_a_writer_left_half_is_undone(pair: Pair) -> None:
    stores.tear(pair.ours)
    assert fits(pair.ours)  # else nothing would ever be sent, until another program opens the file
    pair.send(Batch(pair.run, [Metric("m", 1.0, 1, 1)]))
    pair.assert_same()


def test_a_full_disk_leaves_nothing_of_a_batch(pair: Pair) -> None:
    pair.target.send(Batch(pair.run, params=[("small", "1")]))
    before = dump(pair.ours)
    assert pair.target._connection is not None
    pair.target._connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size for it
    large = Batch(pair.run, tags=[(f"t{i}", "x" * 8000) for i in range(100)])
    with pytest.raises(Away, match="its disk is full"):
        pair.target.send(large)
    assert dump(pair.ours) == before
    pair.target.send(large)
    assert len(stores.execute(pair.ours, "SELECT key FROM tags WHERE key LIKE 't%'")) == 100


def test_a_small_disk(made: Path, small_disk: Path) -> None:
    file = small_disk / "mlflow.db"
    shutil.copy(made, file)
    run = run_of(file, "a")
    target = IntoSqlite(file)
    with pytest.raises(Away, match="disk"):
        target.send(Batch(run, tags=[(f"t{i}", "x" * 8000) for i in range(400)]))
    assert stores.execute(file, "SELECT key FROM tags WHERE key LIKE 't%'") == []
    target.close()


def test_a_store_that_can_only_be_read(made: Path, read_only: Any) -> None:
    run = run_of(made, "a")
    folder = read_only(lambda where: shutil.copy(made, where / "mlflow.db"))
    target = IntoSqlite(folder / "mlflow.db")
    with pytest.raises(Away, match=r"can't be used: .*(write|opened)"):
        target.send(Batch(run, tags=[("t", "1")]))
    target.close()


def test_a_missing_file_is_not_made(pair: Pair, tmp_path: Path) -> None:
    target = IntoSqlite(tmp_path / "missing.db")
    for path in (tmp_path / "missing.db", tmp_path / "none" / "missing.db", tmp_path):
        with pytest.raises(Away):
            IntoSqlite(path).send(Batch(ABSENT))
        assert not fits(path)
    assert not (tmp_path / "missing.db").exists()
    shutil.copy(pair.ours, tmp_path / "missing.db")
    assert target.status(pair.run) == "RUNNING"
    target.close()


def test_a_file_that_is_replaced_or_deleted_is_noticed(pair: Pair, made: Path, tmp_path: Path) -> None:
    batch = Batch(pair.run, [Metric("m", 1.0, 1, 1)])
    pair.target.send(batch)
    shutil.copy(made, tmp_path / "fresh.db")
    (tmp_path / "fresh.db").replace(pair.ours)
    pair.target.send(batch)
    assert stores.execute(pair.ours, "SELECT value FROM metrics") == [(1.0,)]
    pair.ours.unlink()
    with pytest.raises(Away, match="is gone"):
        pair.target.send(batch)
    with pytest.raises(Away, match="is gone"):
        pair.target.status(pair.run)
    assert not pair.ours.exists()


def test_an_upgraded_store_is_left_alone(pair: Pair) -> None:
    pair.target.send(Batch(pair.run, [Metric("m", 1.0, 1, 1)]))
    assert fits(pair.ours)
    stores.execute(pair.ours, "UPDATE alembic_version SET version_num = 'fedcba987654'")
    before = dump(pair.ours)
    assert not fits(pair.ours)
    for _ in range(2):
        with pytest.raises(Away, match="fedcba987654"):
            pair.target.send(Batch(pair.run, [Metric("m", 2.0, 2, 2)]))
    assert dump(pair.ours) == before


def test_fits_what_the_installed_mlflow_makes_and_nothing_else(pair: Pair, tmp_path: Path) -> None:
    assert schema._revisions()[0] in sqlite_rows.REVISIONS
    with closing(held(pair.ours)):
        assert fits(pair.ours)
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("no database" * 1000)
    stores.execute(tmp_path / "foreign.db", "CREATE TABLE t (a)")
    for name in ("empty.db", "text.db", "foreign.db"):
        assert not fits(tmp_path / name)
        with pytest.raises(Away):
            IntoSqlite(tmp_path / name).send(Batch(ABSENT))


def test_a_look_leaves_the_locks_of_this_process(pair: Pair) -> None:
    code = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    with closing(held(pair.ours)):
        assert fits(pair.ours)
        done = subprocess.run(
            [sys.executable, "-c", code, str(pair.ours)], capture_output=True, text=True, check=False
        )
    assert "database is locked" in done.stderr


def test_tables_of_all_known_schemas_are_the_same(pair: Pair, tmp_path: Path) -> None:
    known = schema._revisions()
    for revision in sqlite_rows.REVISIONS & set(known[1:]):
        file = tmp_path / f"{revision}.db"
        stores.make_older(file, steps=known.index(revision))
        assert fits(file)
        assert shape(file) == shape(pair.ours)


def shape(file: Path) -> list[tuple[object, ...]]:
    rows = stores.execute(file, "SELECT tbl_name, name, sql FROM sqlite_master")
    # Alembic puts a table's constraints in any order.
    return sorted(
        (table, name, *sorted(line.strip(" \t,") for line in str(sql).splitlines()))
        for table, name, sql in rows
        if table in TABLES[:7]
    )


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_journal_mode_is_kept(pair: Pair, mode: str) -> None:
    stores.execute(pair.ours, f"PRAGMA journal_mode = {mode}")
    pair.target.send(Batch(pair.run, [Metric("m", 1.0, 1, 1)]))
    assert stores.execute(pair.ours, "PRAGMA journal_mode") == [(mode,)]
    assert stores.execute(pair.ours, "SELECT value FROM metrics") == [(1.0,)]


def test_neither_mlflow_nor_sqlalchemy_is_loaded() -> None:
    code = (
        "import sys, nbtrack.journal.into_sqlite\n"
        "print(sorted({'mlflow', 'sqlalchemy', 'alembic', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
