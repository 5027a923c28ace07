"""The process of a store, over real pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.store.odd import Odd


class Process:
    def __init__(self, uri: str, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nbtrack.store"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root,
        )  # fmt: skip
        self.send({"uri": uri, "root": str(root)})

    def send(self, *lines: object) -> None:
        assert self.process.stdin is not None
        for line in lines:
            text = line if isinstance(line, bytes) else json.dumps(line).encode()
            self.process.stdin.write(text + b"\n")
        self.process.stdin.flush()

    def answer(self) -> tuple[dict[str, Any], bytes]:
        assert self.process.stdout is not None
        header = json.loads(self.process.stdout.readline())
        return header, self.process.stdout.read(header["size"])

    def ask(self, call: str, **args: Any) -> Any:
        self.send({"id": 7, "call": call, "args": args})
        header, body = self.answer()
        assert header["id"] == 7
        return json.loads(body)


@contextmanager
def started(uri: str, root: Path) -> Iterator[Process]:
    one = Process(uri, root)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()
        for pipe in (one.process.stdin, one.process.stdout, one.process.stderr):
            if pipe is not None:
                pipe.close()


def test_calls_errors_garbage_and_the_end(odd: Odd, tmp_path: Path) -> None:
    with started(odd.uri, tmp_path) as one:
        assert one.ask("ping") == {"kind": "sqlite", "writable": True, "ui": None, "exists": True}
        assert len(one.ask("experiments")["items"]) == 4
        one.send(
            *({"id": number, "call": "runs", "args": {"max_results": number + 1}} for number in range(20))
        )
        answers = dict(_by_id(one.answer()) for _ in range(20))
        assert {number: len(body["items"]) for number, body in answers.items()} == {
            number: number + 1 for number in range(20)
        }
        one.send(b"garbage", b"[]", b'{"id": 1}', b"\xff\xfe", b"")
        for _ in range(5):
            header, body = one.answer()
            assert not header["ok"]
            assert json.loads(body)["code"] == "invalid"
        assert one.ask("nothing")["status"] == 400
        assert one.ask("runs", nothing=1)["status"] == 400
        assert one.ask("run", run_id="x")["code"] == "not_found"
        one.send({"id": [1], "call": "run", "args": {"run_id": odd.runs[1]}})
        header, body = one.answer()
        assert header["id"] == [1]
        assert json.loads(body)["run_id"] == odd.runs[1]
        assert one.process.stdin is not None
        one.process.stdin.close()
        assert one.process.wait(5) == 0
        assert one.process.stdout is not None
        assert one.process.stdout.read() == b""


def test_equal_answers_have_equal_etags_and_bytes_their_name(odd: Odd, tmp_path: Path) -> None:
    root = Path(odd.client.get_run(odd.runs[2]).info.artifact_uri)
    root.mkdir(parents=True, exist_ok=True)
    (root / "é.bin").write_bytes(b"\x00\n\xff{")
    with started(odd.uri, tmp_path) as one:
        etags = []
        for _ in range(2):
            one.send({"id": 1, "call": "runs", "args": {}})
            etags.append(one.answer()[0]["etag"])
        one.send({"id": 2, "call": "runs", "args": {"max_results": 2}})
        assert etags[0] == etags[1] != one.answer()[0]["etag"]
        one.send({"id": 3, "call": "artifact", "args": {"run_id": odd.runs[2], "path": "é.bin"}})
        header, body = one.answer()
        assert body == b"\x00\n\xff{"
        assert (header["content_type"], header["name"]) == ("application/octet-stream", "é.bin")


def test_reading_waits_for_no_mlflow_and_filters_do(odd: Odd, tmp_path: Path) -> None:
    with started(odd.uri, tmp_path) as one:
        assert len(one.ask("runs")["items"]) == 33
        assert one.ask("ready") == {}
        assert one.ask("runs", filter="metrics.nothing > 1")["items"] == []


def test_a_store_that_nobody_has_made_is_empty_and_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "there" / "mlflow.db"
    with started(f"sqlite:///{file}", tmp_path) as one:
        assert one.ask("ping")["exists"] is False
        for call in ("experiments", "runs"):
            assert one.ask(call) == {"items": [], "next_page_token": None, "total": 0}
        assert one.ask("keys") == {"metrics": [], "params": [], "tags": []}
        assert one.ask("history", run_ids=["x"], keys=["y"])["items"] == []
        assert one.ask("run", run_id="x")["code"] == "not_found"
        assert one.ask("view", experiment_id="1")["code"] == "not_found"
        assert isinstance(one.ask("pulse")["mark"], str)
    assert not file.parent.exists()


@pytest.mark.parametrize("first", [b"", b"garbage", b"{}"])
def test_without_a_store_it_ends(first: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "nbtrack.store"],
        input=first,
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert done.stdout == b""


def _by_id(answer: tuple[dict[str, Any], bytes]) -> tuple[int, Any]:
    header, body = answer
    return header["id"], json.loads(body)
