"""Sends one portion after another, sets aside what is refused for good, and notes how far it came."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from nbtrack.journal.format import Batch, line
from nbtrack.journal.opened import maker_for, target_for
from nbtrack.journal.reader import Reader, path_of, segments
from nbtrack.journal.state import sent
from nbtrack.journal.target import Away, Refused
from nbtrack.tags import RUN_ID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbtrack.journal.format import Create
    from nbtrack.journal.reader import Portion
    from nbtrack.journal.target import Target

_log = logging.getLogger(__name__)

REFUSED = "refused.jsonl"


class Delivery:
    """Brings one journal to its stores. One at a time may work on a journal: see `sender.alone`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = sent(folder)
        self._reader = Reader(folder, self.sent.segment, self.sent.offset)
        self._targets: dict[str, Target] = {}
        self._aside: list[bytes] = []
        self._unmade: dict[str, str] = {}  # runs that the store refuses to make, and why

    def step(self) -> bool:
        """Send the next portion; tell whether there was one.

        Raises
        ------
        Away
            The store does not take it now. The same step may be tried again.
        """
        portion = self._reader.next()
        if portion is None:
            return False
        self._aside = [_refusal("damaged on the disk", text) for text in portion.damaged]
        try:
            for uri, batch in portion.batches:
                self.deliver(uri, batch)
        except Away as why:
            self.trouble(str(why))
            raise
        self._note(portion)
        return True

    def written(self) -> tuple[int, int]:
        """Return where the journal ends by now: segment and offset."""
        found = segments(self.folder)
        return (found[-1], path_of(self.folder, found[-1]).stat().st_size) if found else (0, 0)

    def stored(self) -> tuple[int, int]:
        """Return how far the journal is stored: segment and offset."""
        return self.sent.segment, self.sent.offset

    def deliver(self, uri: str, batch: Batch) -> None:
        """Store a batch; what of it the store refuses for good is set aside with the reason.

        Raises
        ------
        Away
            As it says.
        """
        try:
            if batch.create is not None:
                self._make(uri, batch.run_id, batch.create)
            else:
                self._send(uri, batch)
        except Away:
            target = self._targets.pop(uri, None)  # opened anew: it may be another store by then
            if target is not None:
                target.close()
            raise
        except Refused as why:
            if batch.create is not None:
                self._unmade[batch.run_id] = f"The run was not made: {why}"
            if batch.size > 1 and batch.run_id not in self._unmade:  # which of them?
                for half in halves(batch):
                    self.deliver(uri, half)
            else:
                self._aside += [_refusal(str(why), text) for text in lines_of(batch)]

    def _make(self, uri: str, run_id: str, create: Create) -> None:
        """Have a run made, unless that is noted already: the portion is sent again, say."""
        if run_id in self.sent.made:
            return
        tags = {key: self._value(key, value) for key, value in create.tags.items()}
        self.sent.made[run_id] = maker_for(uri).create(run_id, create._replace(tags=tags))
        self._unmade.pop(run_id, None)
        self.note()  # or whoever asks for the run would wait for all that follows

    def _send(self, uri: str, batch: Batch) -> None:
        if batch.run_id in self._unmade:  # thousands of points need not be refused one by one
            raise Refused(self._unmade[batch.run_id])
        self.target(uri).send(self._named(batch))

    def _named(self, batch: Batch) -> Batch:
        """Return a batch with the store's ids in place of those that the kernel gave."""
        if not self.sent.made:
            return batch
        tags = [(key, self._value(key, value)) for key, value in batch.tags]
        return replace(batch, run_id=self.real(batch.run_id), tags=tags)

    def _value(self, key: str, value: str) -> str:
        """Return a tag's value, which may name another run: a parent, the run before."""
        # A line that says something else than text is the store's to refuse.
        return self.real(value) if isinstance(value, str) and key != RUN_ID else value

    def real(self, run_id: str) -> str:
        """Return the store's id of a run."""
        return self.sent.made.get(run_id, run_id)

    def target(self, uri: str) -> Target:
        """Return what sends to a store."""
        if uri not in self._targets:
            self._targets[uri] = target_for(uri)
        return self._targets[uri]

    def trouble(self, error: str) -> None:
        """Note what is wrong with the store, once."""
        if error != self.sent.error:
            self.sent.since = self.sent.since if self.sent.error else time.time()
            self.sent.error = error
            self.note()

    def note(self) -> bool:
        """Write down how far the store is; on a full disk go on without: to send again changes nothing."""
        try:
            self.sent.save(self.folder)
        except OSError as error:
            _log.debug("%s", error)
            return False
        return True

    def close(self) -> None:
        """Let go of the stores."""
        for target in self._targets.values():
            target.close()
        self._targets.clear()

    def keep(self) -> None:
        """Ask the disk to keep what is written so far."""
        for number in segments(self.folder)[-2:]:
            try:
                file = os.open(path_of(self.folder, number), os.O_RDWR | getattr(os, "O_BINARY", 0))
            except OSError:
                continue
            try:
                os.fsync(file)
            finally:
                os.close(file)

    def _note(self, portion: Portion) -> None:
        now = self.sent
        for _, batch in portion.batches:
            if batch.metrics:
                latest = max(one.timestamp for one in batch.metrics)
                now.latest[batch.run_id] = max(latest, now.latest.get(batch.run_id, 0))
        for run_id, uri in portion.changes:
            if uri is not None:
                now.open[run_id] = uri
            elif now.open.pop(run_id, None):
                now.latest.pop(run_id, None)
        self._keep_aside()
        now.refused += len(self._aside)
        now.stored += portion.records + len(portion.damaged) - len(self._aside)
        now.segment, now.offset = portion.segment, portion.offset
        now.error, now.since = "", 0.0
        noted = self.note()
        self._reader.past(portion)
        if now.made and not noted:
            return  # the lines that made runs are then the only way back to the store's ids
        for number in segments(self.folder):
            if number < portion.segment:
                path_of(self.folder, number).unlink(missing_ok=True)

    def _keep_aside(self) -> None:
        """Write what the store refused for good, before it counts as dealt with."""
        if not self._aside:
            return
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        file = os.open(self.folder / REFUSED, how, 0o600)
        try:
            os.write(file, b"".join(self._aside))
        finally:
            os.close(file)


def _refusal(why: str, text: bytes) -> bytes:
    return line("refused", why, text.decode("utf-8", "replace").rstrip("\n"))


def halves(batch: Batch) -> Iterator[Batch]:
    """Yield a batch in two parts, in order; the end is in the second."""
    run_id = batch.run_id
    if batch.end is not None:
        yield Batch(run_id, batch.metrics, batch.params, batch.tags)
        yield Batch(run_id, end=batch.end)
        return
    for name in ("params", "tags", "metrics"):
        items = getattr(batch, name)
        others = {other: getattr(batch, other) for other in ("params", "tags", "metrics") if other != name}
        if items and any(others.values()):
            yield Batch(run_id, **{name: items})
            yield Batch(run_id, **others)
            return
        if len(items) > 1:
            middle = len(items) // 2
            yield Batch(run_id, **{name: items[:middle]})
            yield Batch(run_id, **{name: items[middle:]})
            return


def lines_of(batch: Batch) -> Iterator[bytes]:
    """Yield a batch as the lines of a journal."""
    if batch.create is not None:
        yield line("create", batch.run_id, batch.create._asdict())
    for one in batch.metrics:
        yield line("metric", batch.run_id, *one[:4], *([one.about] if one.about else []))
    for key, value in batch.params:
        yield line("param", batch.run_id, key, value)
    for key, value in batch.tags:
        yield line("tag", batch.run_id, key, value)
    if batch.end is not None:
        yield line("end", batch.run_id, *batch.end)
