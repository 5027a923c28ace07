"""Runs of several stores, read as if they were of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import uris
from nbtrack.comparing.source import Source
from nbtrack.store.together import in_order, merged, of_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Json = dict[str, Any]


class Joined(Source):
    """Several stores.

    Parameters
    ----------
    homes
        The store of each run. The first one's works out what is asked of all the runs.
    """

    def __init__(self, homes: Mapping[str, Source]) -> None:
        self._homes = dict(homes)
        self._sources = list({source.uri: source for source in homes.values()}.values())
        self._labels = uris.apart(source.uri for source in self._sources)
        super().__init__(self._sources[0].uri)

    @property
    def name(self) -> str:
        """The stores in words."""
        return " and ".join(self._labels.values())

    @property
    def elsewhere(self) -> dict[str, list[str]]:
        """Ids of the runs that are not of the first store, by the digests of theirs."""
        return {source.digest: self._own(source, self._homes) for source in self._sources[1:]}

    def of(self, run_id: str) -> Source:
        """Return the store of a run."""
        return self._homes[run_id]

    def ask(self, call: str, **arguments: Any) -> Any:
        """Make one of `nbtrack.store.calls` that is about runs; errors as `Source.ask`."""
        if call == "run":
            return self.of(arguments["run_id"]).ask(call, **arguments)
        run_ids: list[str] = arguments["run_ids"]
        shares = [(source, own) for source in self._sources if (own := self._own(source, run_ids))]
        if call == "compare":
            return in_order(merged(self._compared(source, own) for source, own in shares), run_ids)
        if call == "history":
            items = [
                item
                for source, own in shares
                for item in source.ask(call, **{**arguments, "run_ids": own})["items"]
            ]
            return {"items": items, "next_page_token": None, "total": len(items)}
        others = [self._compared(source, own) for source, own in shares if source is not self._sources[0]]
        return self._sources[0].ask(call, **arguments, others=others)

    def _own(self, source: Source, run_ids: Sequence[str] | Mapping[str, Source]) -> list[str]:
        return [run_id for run_id in run_ids if self._homes[run_id].uri == source.uri]

    def _compared(self, source: Source, run_ids: list[str]) -> Json:
        return of_store(source.ask("compare", run_ids=run_ids), self._labels[source.uri])


def source_of(sources: Sequence[Source], found: Mapping[str, Source | None]) -> Source:
    """Return what reads these runs: their store, or several joined.

    Parameters
    ----------
    sources
        Where to look for those whose store is not known. What none of them has is left to the first one,
        which will say so.
    found
        The store of each run, where it is known.
    """
    homes = dict(found)
    left = [run_id for run_id, source in homes.items() if source is None]
    for source in sources if len(sources) > 1 else ():
        missing = source.ask("compare", run_ids=left)["missing"] if left else []
        homes.update(dict.fromkeys(set(left).difference(missing), source))
        left = missing
    told = {run_id: source or sources[0] for run_id, source in homes.items()}
    return (
        Joined(told)
        if len({source.uri for source in told.values()}) > 1
        else next(iter(told.values()), sources[0])
    )
