"""The journal on disk, version 1.

A journal is a folder that only its user can enter, one for each kernel::

    kernel.json             who writes it: process, start, host, notebook
    000001.jsonl            a segment: what was logged, one JSON array a line, appended to and never changed
    000002.jsonl            the next one, begun when the one before has `SEGMENT_BYTES`
    sent.json               how far the store has it; written by the sender alone, replaced whole
    refused.jsonl           lines that the store refused for good, each with the reason
    sender.lock             held by the process that sends

Each segment can be read without the others: its first line is ``["journal", 1]``, and a run's line
``["run", …]`` comes in it before any other of the run. Lines of one run are in the order of the calls::

    ["run", run_id, tracking_uri, open]
    ["create", run_id, {"experiment_id": …, "experiment": …, "user_id": …, "start_time": …, "name": …,
                        "tags": {…}}]                   one line, too
    ["metric", run_id, key, value, timestamp, step]     NaN, Infinity: as Python's json
    ["metric", run_id, key, value, timestamp, step, {"model_id": …, "dataset_name": …, "dataset_digest": …}]
    ["param", run_id, key, value]
    ["tag", run_id, key, value]
    ["end", run_id, status, end_time, run_name]         what MLflow's update_run_info takes; each may be null

``create`` is of a run that the kernel had to make itself, since the store did not answer: it comes once,
right after the run's first line. ``run_id`` is then the id that the kernel gave, here and in tags (as a
parent); the store assigns its own, which sent.json has. ``open`` tells whether the run ends with its kernel;
timestamps are milliseconds since the epoch. A line without its newline was torn by the end of its writer,
whose call never returned: it counts for nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

VERSION = 1
ENDED = frozenset({"FINISHED", "FAILED", "KILLED"})
SEGMENT_BYTES = 16 * 2**20
HEADER = f'["journal", {VERSION}]\n'.encode()


class Metric(NamedTuple):
    """A point of a metric. `timestamp` in milliseconds; `about` what else MLflow keeps with it."""

    key: str
    value: float
    timestamp: int
    step: int
    about: dict[str, str] | None = None


class End(NamedTuple):
    """A change of a run's state: what MLflow's `update_run_info` takes."""

    status: str | None
    end_time: int | None
    name: str | None


class Create(NamedTuple):
    """A run that the store is to make.

    `experiment_id` is the store's; where it is not known it is None, and an experiment of the name
    `experiment` is found or made. `start_time` in milliseconds.
    """

    experiment_id: str | None
    experiment: str | None
    user_id: str
    start_time: int
    name: str | None
    tags: dict[str, str]


@dataclass(slots=True)
class Batch:
    """Part of what was logged to one run, in order; `end` comes after all else, and `create` alone."""

    run_id: str
    metrics: list[Metric] = field(default_factory=list)
    params: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    end: End | None = None
    create: Create | None = None

    @property
    def size(self) -> int:
        """Number of things in it."""
        lone = (self.end is not None) + (self.create is not None)
        return len(self.metrics) + len(self.params) + len(self.tags) + lone


def line(*parts: Any) -> bytes:
    """Return one record as a line."""
    return (
        json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
    )


def record(raw: bytes) -> list[Any] | None:
    """Return what a line says; None for one that is damaged."""
    try:
        found = json.loads(raw.decode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    return found if isinstance(found, list) and found and isinstance(found[0], str) else None
