"""Artifacts: nothing outside a run's folder is listed or read, whatever the path or the folder says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.errors import Invalid, NotFound
from nbtrack.store.calls import artifact, artifacts, table

if TYPE_CHECKING:
    from nbtrack.store.opened import Store
    from tests.unit.store.odd import Odd

SECRET = "not for the browser"  # noqa: S105 - it only has to be found again
BAD = [
    "..", "../secret", "a/../../secret", "/etc/passwd", "//etc/passwd", "./plot.txt", "a//b", "a/./b",
    "%2e%2e/secret", "%2e%2e%2fsecret", "%252e%252e/secret", "..%2fsecret", "%2Fetc/passwd", "a%00",
    "..\\secret", "a\\..\\..\\secret", "%5c..%5csecret", "C:/secret", "c:secret", "C%3A/secret",
    "a\x00b", "a\nb", "plot.txt\x00.png", "a/..", "x" * 5000, "%25%32%65%25%32%65/secret",
]  # fmt: skip


@pytest.fixture
def folder(odd: Odd, own: Store) -> Path:
    """Return the folder of the first run's artifacts, filled once."""
    root = Path(odd.client.get_run(odd.runs[0]).info.artifact_uri)
    if not root.exists():
        (root / "plots" / "deep").mkdir(parents=True)
        (root / "plot.txt").write_text("text")
        (root / "50%.bin").write_bytes(bytes(range(256)))
        (root / "plots" / "é 😀.png").write_bytes(b"png")
        (root / "plots" / "<img src=x onerror=alert(1)>.html").write_text("<p>")
        outside = odd.file.parent / "secret"
        outside.mkdir()
        (outside / "secret").write_text(SECRET)
        (root.parent / "secret").write_text(SECRET)
        (root / "out").symlink_to(outside)
        (root / "out.txt").symlink_to(outside / "secret")
        (root / "above").symlink_to("../secret")
        (root / "plots" / "deep" / "loop").symlink_to("loop")
        (root / "plots" / "deep" / "broken").symlink_to("nowhere")
        (root / "in.txt").symlink_to("plot.txt")
        os.mkfifo(root / "pipe")
    assert own.file is not None
    return root


@pytest.mark.parametrize("path", BAD)
def test_a_path_that_leads_out_is_refused(folder: Path, odd: Odd, own: Store, path: str) -> None:
    assert folder.exists()
    for call in (artifacts, artifact, table):
        with pytest.raises(Invalid):
            call(own, run_id=odd.runs[0], path=path)


@pytest.mark.parametrize(
    "path",
    [
        "out/secret",
        "out.txt",
        "above",
        "plots/deep/loop",
        "plots/deep/broken",
        "pipe",
        "nothing",
        "plot.txt/x",
        "é" * 300,
    ],
)
def test_a_link_that_leads_out_is_not_there(folder: Path, odd: Odd, own: Store, path: str) -> None:
    assert folder.exists()
    with pytest.raises(NotFound):
        artifact(own, run_id=odd.runs[0], path=path)
    with pytest.raises(NotFound):
        artifacts(own, run_id=odd.runs[0], path=path)


def test_folders_are_listed_without_what_leads_out(folder: Path, odd: Odd, own: Store) -> None:
    items = artifacts(own, run_id=odd.runs[0])["items"]
    assert items == [
        {"path": "50%.bin", "name": "50%.bin", "is_dir": False, "size": 256},
        {"path": "in.txt", "name": "in.txt", "is_dir": False, "size": 4},
        {"path": "plot.txt", "name": "plot.txt", "is_dir": False, "size": 4},
        {"path": "plots", "name": "plots", "is_dir": True, "size": None},
    ]
    theirs = {file.path: file for file in odd.client.list_artifacts(odd.runs[0])}
    assert all(theirs[item["path"]].is_dir == item["is_dir"] for item in items)
    below = artifacts(own, run_id=odd.runs[0], path="plots/")["items"]
    assert [item["path"] for item in below] == sorted(
        file.path for file in odd.client.list_artifacts(odd.runs[0], "plots")
    )
    assert artifacts(own, run_id=odd.runs[0], path="plots/deep")["items"] == []
    assert artifacts(own, run_id=odd.runs[1])["items"] == []
    assert folder.exists()


def test_bytes_come_with_their_type(folder: Path, odd: Odd, own: Store) -> None:
    for path, kind in (("plot.txt", "text/plain"), ("plots/é 😀.png", "image/png"), ("in.txt", "text/plain")):
        found = artifact(own, run_id=odd.runs[0], path=path)
        assert found.content == (folder / path).read_bytes()
        assert (found.content_type, found.name) == (kind, path.rpartition("/")[2])
    whole = artifact(own, run_id=odd.runs[0], path="50%.bin", max_bytes=256)
    assert whole.content == bytes(range(256))
    with pytest.raises(Invalid, match="256 bytes, more than the 255"):
        artifact(own, run_id=odd.runs[0], path="50%.bin", max_bytes=255)
    for path in ("", "plots", "plots/deep"):
        with pytest.raises(Invalid, match="folder"):
            artifact(own, run_id=odd.runs[0], path=path)


def test_tables(folder: Path, odd: Odd, own: Store) -> None:
    import pandas as pd  # type: ignore[import-untyped]

    def read(name: str, rows: int = 2) -> dict[str, Any]:
        return table(own, run_id=odd.runs[0], path=f"plots/deep/{name}", rows=rows)

    deep = folder / "plots" / "deep"
    frame = pd.DataFrame(
        {"a": [1, 2**60, 3], "b": [0.5, float("nan"), float("inf")], "c": ["x", "é" * 900, None]}
    )
    frame.to_parquet(deep / "t.parquet")
    (deep / "t.csv").write_text("﻿a;b\n1;x\n2;y;z\n3\n")
    (deep / "t.TSV").write_text("a\tb,c\n1\t2\n")
    (deep / "t.json").write_text(json.dumps({"columns": ["p"], "data": [[{"x": 1}], [None], [True]]}))
    for name in ("broken.parquet", "broken.json", "empty.csv"):
        (deep / name).write_text("")
    try:
        found = read("t.parquet", 3)
        assert found["columns"] == ["a", "b", "c"]
        assert found["rows"][0] == [1, 0.5, "x"]
        assert found["rows"][1][0] == str(2**60)
        assert found["rows"][1][2] == "é" * 500
        assert found["rows"][2] == [3, "Infinity", None]
        assert read("t.csv") == {"columns": ["a", "b"], "rows": [["1", "x"], ["2", "y", "z"]], "total": 3}
        assert read("t.TSV") == {"columns": ["a", "b,c"], "rows": [["1", "2"]], "total": 1}
        assert read("t.json") == {"columns": ["p"], "rows": [["{'x': 1}"], [None]], "total": 3}
        assert read("empty.csv") == {"columns": [], "rows": [], "total": 0}
        for name in ("broken.parquet", "broken.json", "t.txt"):
            with pytest.raises(Invalid):
                read(name)
    finally:
        for file in deep.glob("*.*"):
            file.unlink()


def test_elsewhere_mlflow_fetches_them(
    folder: Path, odd: Odd, own: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not on this machine goes through MLflow; its own folder stands in for a bucket."""
    here = artifacts(own, run_id=odd.runs[0], path="plots")["items"]
    monkeypatch.setattr("nbtrack.store.artifacts.local_root", lambda *_: None)
    assert artifacts(own, run_id=odd.runs[0], path="plots")["items"] == here
    assert artifact(own, run_id=odd.runs[0], path="plots/é 😀.png").content == b"png"
    with pytest.raises(Invalid, match="256 bytes"):
        artifact(own, run_id=odd.runs[0], path="50%.bin", max_bytes=255)
    with pytest.raises(NotFound):
        artifact(own, run_id=odd.runs[0], path="plots/nothing")
    with pytest.raises(Invalid, match="folder"):
        artifact(own, run_id=odd.runs[0], path="plots")
    for path in BAD:
        with pytest.raises(Invalid):
            artifact(own, run_id=odd.runs[0], path=path)
    assert folder.exists()
