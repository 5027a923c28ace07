"""Appends what is logged to a journal: a line is in the operating system's hands before the call returns.

So it survives the end of the process by whatever cause. Against a loss of power the sender asks the disk once
a second to keep it; here nothing waits for a disk.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING

from nbtrack.journal.append import append
from nbtrack.journal.format import ENDED, HEADER, SEGMENT_BYTES, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from nbtrack.journal.format import Create, End, Metric

# What waits for a store that is away takes at most this much of the user's disk.
LIMIT_BYTES = 2**30
# Within these milliseconds of now, a timestamp is MLflow's own rather than the user's.
_OWN = 1000
_HOUR = 3_600_000
# As Python's json has them.
_SPELLED = {inf: "Infinity", -inf: "-Infinity"}


class Unwritable(Exception):
    """The journal takes no more: the disk is full, gone or read-only, or `LIMIT_BYTES` wait."""


@dataclass(slots=True)
class _Key:
    """A metric of a run: how its lines begin, and its latest point."""

    head: str
    timestamp: int
    step: int


class Journal:
    """One process's journal, open for writing; from any thread.

    Parameters
    ----------
    folder
        Made by `places.begin`.
    segment_bytes, limit_bytes
        When a further segment is begun; how much may lie in the folder by then.

    Attributes
    ----------
    records
        How many lines were written that are to be stored.
    """

    def __init__(
        self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES, limit_bytes: int = LIMIT_BYTES
    ) -> None:
        self.folder = folder
        self._segment_bytes = segment_bytes
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._runs: dict[str, tuple[str, bool]] = {}
        self._told: set[str] = set()
        self._keys: dict[str, dict[str, _Key]] = {}
        self.records = 0
        self._segment = 0
        self._file = -1
        self._offset = 0

    @property
    def position(self) -> tuple[int, int]:
        """Segment and offset of the end of what is written."""
        return self._segment, self._offset

    def run(self, run_id: str, uri: str, *, is_open: bool) -> None:
        """Tell of a run, before anything else of it is written.

        Parameters
        ----------
        uri
            Its store, without a password.
        is_open
            Whether it ends with this process.

        Raises
        ------
        Unwritable
            The journal is as before.
        """
        with self._lock:
            self._runs[run_id] = uri, is_open
            self._keys.setdefault(run_id, {})
            self._told.discard(run_id)
            self._write(run_id, b"")

    def create(self, run_id: str, create: Create) -> None:
        """Write that the store is to make a run, right after `run` has told of it.

        Raises
        ------
        Unwritable
            Nothing of it is in the journal.
        """
        with self._lock:
            self._write(run_id, line("create", run_id, create._asdict()))
            self.records += 1

    def let_go(self, run_id: str) -> None:
        """Leave a run open beyond the end of this process's journal.

        Raises
        ------
        Unwritable
            The journal is as before.
        """
        if run_id in self._runs:
            self.run(run_id, self.uri(run_id), is_open=False)

    def uri(self, run_id: str) -> str:
        """Return the store that `run` told of this run."""
        return self._runs[run_id][0]

    def points(self, run_id: str, values: Mapping[str, float], timestamp: int, step: int) -> None:
        """Write a point of each of these metrics, all of them or nothing.

        Of several points of a key and step within a millisecond, MLflow would keep one, or take the greatest
        for the latest. It is itself too slow to meet this; here each gets a millisecond of its own.

        Raises
        ------
        Unwritable
            Nothing of it is in the journal.
        """
        with self._lock:
            keys = self._keys[run_id]
            text = ""
            for key, value in values.items():
                known = keys.get(key) or self._key(run_id, key)
                own = timestamp
                if step == known.step and timestamp <= known.timestamp:
                    own = _apart(timestamp, known.timestamp)
                known.timestamp, known.step = own, step
                spelled = repr(value) if isfinite(value) else _SPELLED.get(value, "NaN")
                text += f"{known.head},{spelled},{own},{step}]\n"
            self._write(run_id, text.encode("utf-8", "surrogatepass"))
            self.records += len(values)

    def batch(
        self,
        run_id: str,
        metrics: Iterable[Metric],
        params: Iterable[tuple[str, str]],
        tags: Iterable[tuple[str, str]],
    ) -> None:
        """Write what one call logs, all of it or nothing.

        Raises
        ------
        Unwritable
            Nothing of it is in the journal.
        """
        with self._lock:
            lines = []
            for key, value, timestamp, step, about in metrics:
                known = self._keys[run_id].get(key) or self._key(run_id, key)
                # What says more may be a point that is there, which MLflow repeats to link it to a model.
                again = not about and step == known.step and timestamp <= known.timestamp
                own = _apart(timestamp, known.timestamp) if again else timestamp
                known.timestamp, known.step = own, step
                lines.append(line("metric", run_id, key, value, own, step, *([about] if about else [])))
            lines += [line("param", run_id, key, value) for key, value in params]
            lines += [line("tag", run_id, key, value) for key, value in tags]
            if lines:
                self._write(run_id, b"".join(lines))
                self.records += len(lines)

    def end(self, run_id: str, end: End) -> None:
        """Write a change of a run's state.

        Raises
        ------
        Unwritable
            Nothing of it is in the journal.
        """
        with self._lock:
            self._write(run_id, line("end", run_id, *end))
            self.records += 1
            if end.status in ENDED:
                self._runs[run_id] = self._runs[run_id][0], False
                self._keys[run_id].clear()  # or a loop of a thousand runs would keep them all

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _key(self, run_id: str, key: str) -> _Key:
        head = line("metric", run_id, key)[:-2].decode("utf-8", "surrogatepass")
        known = self._keys[run_id][key] = _Key(head, 0, -1)
        return known

    def _write(self, run_id: str, data: bytes) -> None:
        if self._offset >= self._segment_bytes or self._file < 0:
            self._begin_segment()
        if run_id not in self._told:
            data = line("run", run_id, *self._runs[run_id]) + data
        try:
            written = append(self._file, data)
        except OSError as error:
            raise Unwritable(f"{error.strerror or error} ({self.folder})") from error
        if written < len(data):
            # The disk is full in the middle of a line: nothing of it may stay.
            os.ftruncate(self._file, self._offset)
            raise Unwritable(f"No space left on device ({self.folder})")
        self._told.add(run_id)
        self._offset += written

    def _begin_segment(self) -> None:
        """Begin the next segment."""
        try:
            held = sum(one.stat().st_size for one in self.folder.glob("*.jsonl"))
            if held >= self._limit_bytes:
                raise Unwritable(f"{held / 2**20:,.0f} MB wait for the store already ({self.folder})")
            number = self._segment + 1
            how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            path = self.folder / f"{number:06}.jsonl"
            file = os.open(path, how | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0), 0o600)
            try:
                complete = os.write(file, HEADER) == len(HEADER)
            except OSError:
                complete = False
            if not complete:
                os.close(file)
                path.unlink()
                raise Unwritable(f"No space left on device ({self.folder})")
        except OSError as error:
            raise Unwritable(f"{error.strerror or error} ({self.folder})") from error
        if self._file >= 0:
            os.close(self._file)
        self._segment, self._file, self._offset = number, file, len(HEADER)
        self._told.clear()


def _apart(timestamp: int, last: int) -> int:
    """Return the next millisecond after the latest point, unless the user has chosen the timestamp."""
    if last - timestamp > _HOUR or abs(time.time() * 1000 - timestamp) > _OWN:
        return timestamp
    return last + 1
