"""Aliases of registered models: moving one so that of two who do it at once one wins, and its history.

A store has no «if it is still there, then move it». So whoever moves an alias first writes a claim into a tag
of the registered model, waits a moment, and goes on only if the claim is still the own one:

::

    look ─▶ not where it was believed to be ─▶ Changed, with who moved it
     │ somebody else's claim ─▶ wait for its end; one that stays as it is was left by a process that died
    claim ─▶ a moment ─▶ look: another claim ─▶ Changed, with whose it is
     │ mine
    move the alias ─▶ add to its history ─▶ say in the claim that it is done, and by whom

The tags are `nbtrack.alias.<alias>.moving` and `nbtrack.alias.<alias>.history`. On stores without aliases
stages take their place: champion is Production.
"""

from __future__ import annotations

import json
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from nbtrack import capabilities, claims, tags
from nbtrack.claims import Claim
from nbtrack.errors import Invalid
from nbtrack.store.faults import Changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlflow import MlflowClient

STAGES = {"champion": "Production", "challenger": "Staging", "candidate": "Staging"}
"""What stands for an alias on stores that have stages only."""
KEPT = 20
"""Versions that the history of an alias holds."""
_SETTLE = 0.25  # seconds in which who had not seen a claim has written another
_DEAD = 8.0  # seconds after which a claim that nobody goes on with is void
_LOOK = 0.2

_going: set[str] = set()  # tokens of the moves that this process is about


@dataclass(frozen=True, slots=True)
class _Seen:
    version: str | None
    claim: Claim | None
    log: list[str]


def at(client: MlflowClient, name: str, alias: str) -> str | None:
    """Return the version that an alias points at; None where there is no such alias.

    Raises
    ------
    Invalid
        If the store has no aliases, and no stage stands for this one.
    """
    return _look(client, name, alias).version


def move(client: MlflowClient, name: str, alias: str, version: str | None, expected: str | None) -> None:
    """Point an alias at another version, or remove it.

    Parameters
    ----------
    version
        None removes the alias.
    expected
        The version that it is believed to point at; None for no version.

    Raises
    ------
    Changed
        If it points elsewhere, or somebody else is just moving it: with who, and where it is now.
    Invalid
        If the store has no aliases, and no stage stands for this one.
    """
    seen = _unclaimed(client, name, alias)
    if seen.version == version:
        if seen.log and version is not None and seen.log[-1] != version:
            _remember(client, name, alias, [*seen.log, version])  # who moved it did not come to that
        return
    _same(alias, seen, expected)
    mine = Claim(claims.me(), version, int(time.time() * 1000), secrets.token_hex(8), done=False)
    _going.add(mine.token)
    try:
        _carry_out(client, name, alias, mine, seen)
    finally:
        _going.discard(mine.token)


def history(model_tags: Mapping[str, str]) -> dict[str, list[str]]:
    """Return, from the tags of a registered model, the versions that each alias has had, the latest last."""
    found = {}
    for key, text in model_tags.items():
        alias = tags.alias_of(key)
        if alias is not None:
            found[alias] = _log(text)
    return found


def previous(log: Sequence[str], current: str | None, there: Callable[[str], bool]) -> str | None:
    """Return the version that an alias had before the current one; None where none is known.

    A version that came back has undone what came between: after 2, 3, 4, 3 the one before is 2. So rolling
    back twice goes back two versions.

    Parameters
    ----------
    log
        Versions that it has had, the latest last.
    there
        Tells whether a version is still there.
    """
    alive = {version for version in set(log) if there(version)}
    stack: list[str] = []
    for version in log:
        if version not in alive or (stack and stack[-1] == version):
            continue
        if len(stack) > 1 and stack[-2] == version:
            stack.pop()
        else:
            stack.append(version)
    if stack and stack[-1] == current:
        stack.pop()
    return stack[-1] if stack else None


def stage_of(alias: str) -> str:
    """Return the stage that stands for an alias.

    Raises
    ------
    Invalid
        If none does.
    """
    if alias not in STAGES:
        raise Invalid(
            f"This store has no aliases, and no stage stands for {alias!r}.",
            hint=f"Choose {', '.join(STAGES)}.",
        )
    return STAGES[alias]


def _carry_out(client: MlflowClient, name: str, alias: str, mine: Claim, seen: _Seen) -> None:
    expected, version = seen.version, mine.to
    begun = time.monotonic()
    if _write(client, name, alias, mine):
        # Who looked before that has written by then; where the store is slow, that takes as long for all.
        time.sleep(max(_SETTLE, 2 * (time.monotonic() - begun)))
        seen = _settled(client, name, alias, mine, expected)
    _point(client, name, alias, version, expected)
    log = [*seen.log, *_missing(seen.log, expected), *([version] if version else [])]
    _remember(client, name, alias, log)
    _write(client, name, alias, replace(mine, done=True))


def _settled(client: MlflowClient, name: str, alias: str, mine: Claim, expected: str | None) -> _Seen:
    """Make sure that the claim is still the own one."""
    seen = _look(client, name, alias)
    if seen.claim is not None and seen.claim.token == mine.token and seen.version != expected:
        time.sleep(_SETTLE)  # the winner is about to say who it was
        seen = _look(client, name, alias)
        if seen.claim is None or seen.claim.token == mine.token:  # MLflow's own page makes no claims
            _write(client, name, alias, Claim("somebody", seen.version, mine.at, mine.token, done=True))
            raise _lost(alias, _Seen(seen.version, None, []), moving=False)
    if seen.claim is not None and seen.claim.token != mine.token:
        raise _lost(alias, seen, moving=not seen.claim.done)
    return seen


def _unclaimed(client: MlflowClient, name: str, alias: str) -> _Seen:
    """Look, and wait for the end of somebody else's claim."""
    since, token = time.monotonic(), None
    while True:
        seen = _look(client, name, alias)
        if seen.claim is None or seen.claim.done or _is_void(seen.claim):
            return seen
        if seen.claim.token != token:
            since, token = time.monotonic(), seen.claim.token
        if time.monotonic() - since > _DEAD:
            return seen
        time.sleep(_LOOK)


def _is_void(claim: Claim) -> bool:
    """Tell a claim of this very process that came to nothing, such as when the server went away."""
    return claim.by == claims.me() and claim.token not in _going


def _look(client: MlflowClient, name: str, alias: str) -> _Seen:
    model = client.get_registered_model(name)
    if capabilities.of(client).aliases:
        version = model.aliases.get(alias)
    else:
        stage = stage_of(alias)
        there = [int(one.version) for one in model.latest_versions if one.current_stage == stage]
        version = max(there, default=None)
    return _Seen(
        None if version is None else str(version),
        claims.read(model.tags.get(tags.of_alias(tags.ALIAS_MOVING, alias))),
        _log(model.tags.get(tags.of_alias(tags.ALIAS_HISTORY, alias))),
    )


def _same(alias: str, seen: _Seen, expected: str | None) -> None:
    if seen.version != expected:
        raise _lost(alias, seen, moving=False)


def _lost(alias: str, seen: _Seen, *, moving: bool) -> Changed:
    by, to = "somebody", seen.version
    if seen.claim is not None and (moving or seen.claim.to == seen.version):
        by, to = seen.claim.by, seen.claim.to
    what = "removed" if to is None else f"moved to version {to}"
    return Changed(
        f"{alias} {'is just being' if moving else 'was'} {what} by {by}.",
        hint="Nothing was moved. Look at that version, and decide again.",
        current={"version": seen.version},
    )


def _point(client: MlflowClient, name: str, alias: str, version: str | None, before: str | None) -> None:
    if capabilities.of(client).aliases:
        if version is None:
            client.delete_registered_model_alias(name, alias)
        else:
            client.set_registered_model_alias(name, alias, version)
        return
    with capabilities.silent():
        if version is not None:
            stage = stage_of(alias)
            client.transition_model_version_stage(name, version, stage, archive_existing_versions=True)
        elif before is not None:
            client.transition_model_version_stage(name, before, "Archived")


def _missing(log: list[str], expected: str | None) -> list[str]:
    """Return a version that the alias was pointed at without us."""
    return [expected] if expected is not None and log[-1:] != [expected] else []


def _remember(client: MlflowClient, name: str, alias: str, log: list[str]) -> None:
    _set(client, name, tags.of_alias(tags.ALIAS_HISTORY, alias), json.dumps(log[-KEPT:]))


def _write(client: MlflowClient, name: str, alias: str, claim: Claim) -> bool:
    return _set(client, name, tags.of_alias(tags.ALIAS_MOVING, alias), json.dumps(asdict(claim)))


def _set(client: MlflowClient, name: str, key: str, value: str) -> bool:
    """Set a tag of a registered model; False where the store has none."""
    from mlflow.exceptions import MlflowException

    try:
        client.set_registered_model_tag(name, key, value)
    except MlflowException as error:
        if error.error_code not in {"ENDPOINT_NOT_FOUND", "NOT_IMPLEMENTED"}:
            raise
        return False
    return True


def _log(text: str | None) -> list[str]:
    with suppress(ValueError, RecursionError):
        found = json.loads(text or "[]")
        if isinstance(found, list):
            return [str(one) for one in found if str(one).isdigit()][-KEPT:]
    return []
