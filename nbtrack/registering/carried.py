"""Registering a model: the one place that does it.

::

    look ─▶ what the store can't hold, gates, aliases that would move: all of it refused or asked before
     │      anything is done
    log the model, where it is in memory only ─▶ its version, with tags ─▶ aliases, last

Every step finds out first what is there already: a registration that broke off is completed by the same wish.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbtrack import aliases as moving
from nbtrack import capabilities
from nbtrack.registering import classic, gates, names, patience, resolving, trouble, versions
from nbtrack.registering.progress import Progress
from nbtrack.registering.wish import Move, Registered, Wish, WouldMove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlflow import MlflowClient

    from nbtrack.comparing.source import Source
    from nbtrack.registering.resolving import Chosen

    Tell = Callable[[Progress], None]

__all__ = ["Progress", "Registered", "Wish", "carry_out"]


def carry_out(
    source: Source, wish: Wish, tell: Tell, *, agreed: Mapping[str, str] | None = None
) -> Registered:
    """Register a model as it is wished, or complete what an earlier call left half-done.

    Parameters
    ----------
    tell
        Called with each step, in this thread. What it raises ends the registration.
    agreed
        Versions that aliases may be taken from, by alias; see `WouldMove.agreed`.

    Raises
    ------
    WouldMove
        If an alias would move and nobody has agreed to that.
    Invalid
        If a name can't be used, the model does not pass a gate, or the store can't hold what is wished.
    NotFound
        If there is no such run or model.
    Conflict
        If somebody else moved an alias meanwhile.
    StoreUnavailable
        If the store does not answer, or refuses; the message says how far it got.
    """
    work = Registering(source, wish, tell, agreed or {})
    with patience.calls(), trouble.told(source, wish.name, work):
        return work.do()


def prepare(source: Source) -> None:
    """Import what `carry_out` needs, in a thread that may: MLflow's hooks on imports can lock out any other.

    Raises
    ------
    StoreUnavailable
        If the store is not there, or does not answer.
    """
    from nbtrack.registering import found, memory  # noqa: F401

    _ = source.client


class Registering:
    """One registration.

    Attributes
    ----------
    uncertain
        Whether a version is just being made, so that nobody knows whether it is there.
    version
        Its number, once it is there.
    """

    def __init__(self, source: Source, wish: Wish, tell: Tell, agreed: Mapping[str, str]) -> None:
        self._source, self._wish, self._tell, self._agreed = source, wish, tell, agreed
        self._name = names.name(wish.name)
        self._aliases = names.aliases(wish.aliases)
        self._gates = [gates.parse(said) for said in wish.require]
        names.texts(wish.tags, wish.description)
        self.uncertain = False
        self.version: str | None = None

    def do(self) -> Registered:
        self._tell(Progress("looking for the model"))
        client = self._source.client
        can = capabilities.of(client)
        stage = classic.check(can, self._aliases)
        notes = capabilities.sentences(can)
        for note in notes:
            self._tell(Progress(note))
        chosen = resolving.chosen(self._source, client, self._wish)
        registered = versions.model(client, self._name)
        found = self._pass(client, chosen, registered)
        there = versions.found(client, self._name, chosen)
        before = self._before(client, registered, there, chosen.run_id)
        if chosen.uri is None:
            chosen = self._log(client, chosen)
            there = versions.found(client, self._name, chosen)
        version = self._version(client, chosen, there)
        for alias, was in before.items():
            self._tell(Progress(f"pointing {alias} at version {self.version}"))
            moving.move(client, self._name, alias, self.version, was)
        uri = uri_of(self._name, str(version.version), self._aliases if can.aliases else ())
        return Registered(
            name=self._name,
            version=str(version.version),
            aliases=self._aliases,
            replaced={alias: was if was != self.version else None for alias, was in before.items()},
            uri=uri,
            code=code_of(uri),
            run_id=chosen.run_id,
            run_name=chosen.run_name,
            model_id=chosen.model_id,
            stage=stage,
            notes=(*notes, *found),
            created=there is None,
        )

    def logged(self, client: MlflowClient) -> Chosen:
        """Return the model that is meant; one that is in memory only is logged now."""
        chosen = resolving.chosen(self._source, client, self._wish)
        return self._log(client, chosen) if chosen.uri is None else chosen

    def _pass(self, client: MlflowClient, chosen: Chosen, registered: Any | None) -> list[str]:
        """Check the gates, and return what was found."""

        def other(alias: str) -> tuple[str, Mapping[str, float]] | None:
            at = None if registered is None else moving.at(client, self._name, alias)
            if at is None:
                return None
            return at, resolving.metrics_of(client, client.get_model_version(self._name, at))

        for gate in self._gates:
            self._tell(Progress(f"checking «{gate.said}»"))
        return gates.check(self._gates, chosen.metrics, other)

    def _before(
        self, client: MlflowClient, registered: Any | None, there: Any | None, run_id: str | None
    ) -> dict[str, str | None]:
        """Return where the aliases are now, if they may move."""
        if registered is None:
            return dict.fromkeys(self._aliases)
        before = {alias: moving.at(client, self._name, alias) for alias in self._aliases}
        mine = None if there is None else str(there.version)
        asked = [
            move_of(client, self._name, alias, at)
            for alias, at in before.items()
            if at is not None and at not in (mine, self._agreed.get(alias))
        ]
        if asked and not self._wish.yes:
            raise WouldMove(tuple(asked), mine or versions.next_number(registered), run_id)
        return before

    def _log(self, client: MlflowClient, chosen: Chosen) -> Chosen:
        from nbtrack.registering import memory

        assert chosen.run_id is not None  # noqa: S101 - only runs have models in memory
        self._tell(Progress(f"logging {chosen.which}"))
        with patience.uploads():
            uri = memory.log_now(self._source, chosen.run_id, self._tell, which=chosen.which)
        return resolving.of_uri(client, uri)

    def _version(self, client: MlflowClient, chosen: Chosen, there: Any | None) -> Any:
        wanted = {**chosen.tags, **self._wish.tags}
        if there is None:
            self._tell(Progress(f"registering {self._name}"))
            self.uncertain = True
            version = versions.make(client, self._name, chosen, wanted, self._wish.description)
            self.uncertain = False
        else:
            version = there
        self.version = str(version.version)
        version = versions.wait(client, version, self._tell)
        if there is not None:
            versions.complete(client, there, wanted, self._wish.description)
        versions.listed(client, chosen, self._name, self.version)
        return version


def uri_of(name: str, version: str, aliases: tuple[str, ...]) -> str:
    """Return what MLflow loads a version by: its alias, champion before others, or its number."""
    if not aliases:
        return f"models:/{name}/{version}"
    return f"models:/{name}@{'champion' if 'champion' in aliases else aliases[0]}"


def code_of(uri: str) -> str:
    """Return the lines that load a model."""
    return f"import mlflow\n\nmodel = mlflow.pyfunc.load_model({json.dumps(uri, ensure_ascii=False)})"


def move_of(client: MlflowClient, name: str, alias: str, version: str) -> Move:
    """Return where an alias is, with the run of that version."""
    run_id = client.get_model_version(name, version).run_id or None
    return Move(alias, version, run_name_of(client, run_id), run_id)


def run_name_of(client: MlflowClient, run_id: str | None) -> str | None:
    """Return the name of a run; None if it has been deleted for good."""
    from mlflow.exceptions import MlflowException

    if not run_id:
        return None
    try:
        return str(client.get_run(run_id).info.run_name or "") or None
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise
