"""The way back: an alias to the version that it had before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbtrack import aliases, capabilities, tags
from nbtrack.errors import NotFound
from nbtrack.registering import carried, classic, names, patience, trouble, versions
from nbtrack.registering.wish import Registered, WouldMove

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlflow import MlflowClient

    from nbtrack.comparing.source import Source

_KNOWN = 200  # names that are looked through for what was meant


@dataclass(slots=True)
class Way:
    """An alias that is to go back, and how far that is."""

    name: str
    alias: str
    uncertain: bool = False
    version: str | None = None

    def go(self, source: Source, agreed: Mapping[str, str], *, yes: bool) -> Registered:
        """Point the alias at the version before.

        Raises
        ------
        NotFound
            If there is no such model, or no version before is known.
        WouldMove
            If nobody has agreed.
        Conflict
            If somebody else moves it.
        StoreUnavailable
            If the store does not answer, or refuses.
        """
        with patience.calls(), trouble.told(source, self.name, self):
            return self._go(source.client, agreed, yes=yes)

    def _go(self, client: MlflowClient, agreed: Mapping[str, str], *, yes: bool) -> Registered:
        can = capabilities.of(client)
        stage = classic.check(can, (self.alias,))
        registered = versions.model(client, self.name)
        if registered is None:
            known = [one.name for one in client.search_registered_models(max_results=_KNOWN)]
            hint = names.close(self.name, known, otherwise="Type the name of one that is there.")
            raise NotFound(f"There is no registered model {self.name!r:.80}.", hint=hint)
        now = aliases.at(client, self.name, self.alias)
        before = self._before(client, registered, now)
        if now is not None and not yes and agreed.get(self.alias) != now:
            run_id = client.get_model_version(self.name, before).run_id or None
            raise WouldMove((carried.move_of(client, self.name, self.alias, now),), before, run_id)
        aliases.move(client, self.name, self.alias, before, now)
        version = client.get_model_version(self.name, before)
        uri = carried.uri_of(self.name, before, (self.alias,) if can.aliases else ())
        return Registered(
            name=self.name,
            version=before,
            aliases=(self.alias,),
            replaced={self.alias: now},
            uri=uri,
            code=carried.code_of(uri),
            run_id=version.run_id or None,
            run_name=carried.run_name_of(client, version.run_id),
            model_id=getattr(version, "model_id", None),
            stage=stage,
            notes=(f"{self.alias} went back to the version that it had before.",),
            created=True,
        )

    def _before(self, client: MlflowClient, registered: Any, now: str | None) -> str:
        log = aliases.history(registered.tags).get(self.alias, [])

        def there(version: str) -> bool:
            from mlflow.exceptions import MlflowException

            try:
                client.get_model_version(self.name, version)
            except MlflowException as error:
                if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                return False
            return True

        before = aliases.previous(log, now, there)
        if before is None:
            at = f"is version {now}" if now else "points at no version"
            raise NotFound(
                f"No version before is known: {self.alias} of {self.name} {at}, and the tag "
                f"`{tags.of_alias(tags.ALIAS_HISTORY, self.alias)}` names no other that is still there.",
                hint="Point it at one: `MlflowClient().set_registered_model_alias("
                f"{self.name!r}, {self.alias!r}, VERSION)`.",
            )
        return before
