"""Which target a tracking URI needs, and that passwords stay out of journals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nbtrack import sqlite
from nbtrack.journal import opened
from nbtrack.journal.into_client import IntoClient
from nbtrack.journal.into_sqlite import IntoSqlite
from nbtrack.journal.target import Away

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("whole", "bare"),
    [
        ("http://me:secret@host:5000/x", "http://me@host:5000/x"),
        (
            "postgresql+psycopg2://u:p%40w@db:1/mlflow?sslmode=require",
            "postgresql+psycopg2://u@db:1/mlflow?sslmode=require",
        ),
        ("sqlite:////a/b:c@d.db", "sqlite:////a/b:c@d.db"),
        ("https://host", "https://host"),
    ],
)
def test_a_password_is_taken_out_and_found_again(
    whole: str, bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened.bare(whole) == bare
    monkeypatch.setattr(opened, "_logins", {})
    opened.learn(whole)
    assert opened._logins == {bare: whole}


def test_a_password_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_logins", {})
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:1")
    target = opened.target_for("http://me@127.0.0.1:1")
    assert isinstance(target, IntoClient)
    assert target._uri == "http://me:secret@127.0.0.1:1"


def test_a_known_store_is_written_to_directly_and_a_strange_file_is_left_alone(
    made: Path, tmp_path: Path
) -> None:
    assert isinstance(opened.target_for(sqlite.uri_of(made)), IntoSqlite)
    for content in (b"", b"no store"):
        (tmp_path / "other.db").write_bytes(content)
        with pytest.raises(Away, match="no MLflow store"):
            opened.target_for(sqlite.uri_of(tmp_path / "other.db"))
        assert (tmp_path / "other.db").read_bytes() == content
