"""Reads a journal from where the store has it: portions of it, grouped into what is sent at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbtrack.journal.format import ENDED, VERSION, Batch, Create, End, Metric, record

if TYPE_CHECKING:
    from pathlib import Path

# A portion: what is noted as stored together. Of its batches, each fits MLflow's limits of one call.
PORTION_BYTES = 2**19
MOST_IN_BATCH = 1000
MOST_PARAMS = 100


@dataclass(slots=True)
class Portion:
    """A part of a journal.

    Attributes
    ----------
    batches
        With the tracking URI of each; those of one run in order.
    segment, offset
        Where the next portion begins.
    changes
        What becomes of runs that end with their kernel, in order: the tracking URI of one that is open now,
        None for one that has ended.
    records
        Number of lines that are to be stored.
    damaged
        Lines that say nothing; only a fault of the disk makes such.
    """

    segment: int
    offset: int
    batches: list[tuple[str, Batch]] = field(default_factory=list)
    changes: list[tuple[str, str | None]] = field(default_factory=list)
    records: int = 0
    damaged: list[bytes] = field(default_factory=list)


def segments(folder: Path) -> list[int]:
    """Return the numbers of the segments that are there, in order."""
    return sorted(int(path.stem) for path in folder.glob("*.jsonl") if path.stem.isdigit())


def path_of(folder: Path, segment: int) -> Path:
    """Return a segment's file."""
    return folder / f"{segment:06}.jsonl"


class Reader:
    """Reads on from a place.

    Parameters
    ----------
    segment, offset
        The place.
    """

    def __init__(self, folder: Path, segment: int, offset: int) -> None:
        self._folder = folder
        self.segment, self.offset = segment, offset
        self._uris: dict[str, str] = {}
        if offset:
            self._learn()

    def next(self) -> Portion | None:
        """Return the next portion, None where there is nothing more as yet."""
        while True:
            raw = self._lines()
            if raw:
                return self._portion(raw)
            later = [number for number in segments(self._folder) if number > self.segment]
            if not later or self._lines():  # a last line may have come between the two looks
                return None
            self.segment, self.offset = later[0], 0
            self._uris.clear()

    def past(self, portion: Portion) -> None:
        """Go on behind a portion: it is stored."""
        self.segment, self.offset = portion.segment, portion.offset

    def _lines(self) -> list[bytes]:
        """Return whole lines from here on, at most a portion of them."""
        try:
            with path_of(self._folder, self.segment).open("rb") as file:
                file.seek(self.offset)
                raw = file.read(PORTION_BYTES)
                if len(raw) == PORTION_BYTES and b"\n" not in raw:
                    raw += file.readline()
        except FileNotFoundError:
            return []
        return raw[: raw.rfind(b"\n") + 1].splitlines(keepends=True)

    def _learn(self) -> None:
        """Read the stores of the runs that are told of before this place."""
        try:
            with path_of(self._folder, self.segment).open("rb") as file:
                while file.tell() < self.offset:
                    found = record(file.readline())
                    if found and found[0] == "run":
                        self._uris[found[1]] = found[2]
        except FileNotFoundError:
            self.offset = 0

    def _portion(self, raw: list[bytes]) -> Portion:
        portion = Portion(self.segment, self.offset + sum(map(len, raw)))
        batches: dict[str, Batch] = {}
        for text in raw:
            found = record(text)
            try:
                if found is None or not self._take(found, portion, batches):
                    portion.damaged.append(text)
            except (AttributeError, IndexError, TypeError, KeyError, ValueError):
                portion.damaged.append(text)
        return portion

    def _take(self, found: list[Any], portion: Portion, batches: dict[str, Batch]) -> bool:
        kind = found[0]
        if kind == "journal":
            return bool(found[1] == VERSION)
        run_id = str(found[1])
        if kind == "run":
            self._uris[run_id] = found[2]
            portion.changes.append((run_id, found[2] if found[3] else None))
            return True
        if kind == "create":
            portion.batches.append((self._uris[run_id], Batch(run_id, create=_wish(found[2]))))
            portion.records += 1
            batches.clear()  # what comes now may name this run in a tag, which needs the store's id for it
            return True
        batch = batches.get(run_id)
        if batch is None or is_full(batch, kind, found):
            batch = batches[run_id] = Batch(run_id)
            portion.batches.append((self._uris[run_id], batch))
        if kind == "metric":
            about = found[6] if len(found) > 6 else None  # noqa: PLR2004 - the format's own count
            batch.metrics.append(Metric(found[2], float(found[3]), int(found[4]), int(found[5]), about))
        elif kind == "param":
            batch.params.append((found[2], found[3]))
        elif kind == "tag":
            batch.tags = [(key, value) for key, value in batch.tags if key != found[2]]
            batch.tags.append((found[2], found[3]))
        elif kind == "end":
            batch.end = End(found[2], found[3], found[4])
            if found[2] in ENDED:
                portion.changes.append((run_id, None))
        else:
            return False
        portion.records += 1
        return True


def _wish(told: dict[str, Any]) -> Create:
    """Return what a `create` tells; TypeError or ValueError where it is damaged."""
    wish = Create(**told)
    texts = (wish.experiment_id, wish.experiment, wish.name, wish.user_id, *wish.tags, *wish.tags.values())
    if not all(one is None or isinstance(one, str) for one in texts):
        raise TypeError(told)
    return wish._replace(start_time=int(wish.start_time))


def is_full(batch: Batch, kind: str, found: list[Any]) -> bool:
    """Tell whether a record needs a batch of its own: by MLflow's limits, or since an end comes last."""
    if batch.end is not None or batch.size >= MOST_IN_BATCH:
        return True
    if kind == "param":
        # The same param twice in one call would have MLflow refuse them all.
        return len(batch.params) >= MOST_PARAMS or any(key == found[2] for key, _ in batch.params)
    return kind == "tag" and len(batch.tags) >= MOST_PARAMS
