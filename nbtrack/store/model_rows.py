"""Registered models and their versions as JSON, whichever way they were read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbtrack import aliases as alias_rules
from nbtrack import capabilities, tags
from nbtrack.errors import NotFound
from nbtrack.store.rows import USER
from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PROMPT = "mlflow.prompt.is_prompt"
"""The tag of a prompt: MLflow keeps prompts among the registered models, and lists them apart."""
RUN_TAGS = frozenset({tags.NOTEBOOK_PATH, tags.CELL_ID, tags.RUN_NAME, USER})
OF_A_RUN = 100  # versions of one run that are told
_NO_STAGE = "None"
_MODEL_ID = re.compile(r"(?:^models:/|/models/)(m-[0-9a-f]{32})(?:/|$)")

Json = dict[str, Any]


@dataclass(slots=True)
class Origin:
    """What is known of the run that a version came from; empty where it is gone."""

    name: str | None = None
    experiment_id: str | None = None
    user: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A version as a store has it."""

    name: str
    version: str
    status: str | None
    status_message: str | None
    description: str | None
    stage: str | None
    created: int | None
    updated: int | None
    user: str | None
    run_id: str | None
    source: str | None
    model_id: str | None = None


def version(
    one: Version, has: Mapping[str, str | None], aliases: Iterable[str], origin: Origin | None
) -> Json:
    """Return a row of `calls.model_versions`.

    Parameters
    ----------
    has
        The version's own tags; where it came from is copied there when nbtrack registers it.
    """
    origin = origin or Origin()
    return {
        "name": one.name,
        "version": one.version,
        "status": one.status,
        "status_message": one.status_message or None,
        "description": one.description or "",
        "tags": pairs(has),
        "aliases": sorted(aliases),
        "stage": None if one.stage in {None, "", _NO_STAGE} else one.stage,
        "created": one.created,
        "updated": one.updated,
        "user": one.user or origin.tags.get(USER) or origin.user or "",
        "run_id": one.run_id or None,
        "run_name": origin.name or origin.tags.get(tags.RUN_NAME) or None,
        "experiment_id": origin.experiment_id,
        "notebook": has.get(tags.NOTEBOOK_PATH) or origin.tags.get(tags.NOTEBOOK_PATH),
        "cell_id": has.get(tags.CELL_ID) or origin.tags.get(tags.CELL_ID),
        "model_id": one.model_id or _model_id(one.source or ""),
        "source": without_credentials(one.source or ""),
    }


def registered_model(
    name: str,
    description: str | None,
    created: int | None,
    updated: int | None,
    *,
    latest: tuple[str, str] | None,
    aliases: Iterable[tuple[str, str]],
    versions: int | None,
) -> Json:
    """Return a row of `calls.models`.

    Parameters
    ----------
    latest
        The newest version and its status.
    aliases
        Pairs of an alias and its version.
    versions
        How many there are; None where it is not known.
    """
    return {
        "name": name,
        "description": description or "",
        "created": created,
        "updated": updated,
        "latest": None if latest is None else {"version": latest[0], "status": latest[1]},
        "aliases": named(aliases),
        "versions": versions,
    }


def detail(
    row: Json,
    has: Mapping[str, str],
    can: capabilities.Capabilities,
    *,
    at: Mapping[str, str],
    there: Callable[[str], bool],
) -> Json:
    """Return the answer of `model_calls.model`.

    Parameters
    ----------
    has
        The model's tags.
    can
        What the store can do.
    at
        Where aliases are now, or what stands for them.
    there
        Tells whether a version is still there.
    """
    history = alias_rules.history(has)
    before = {alias: alias_rules.previous(log, at.get(alias), there) for alias, log in history.items()}
    return {
        **row,
        "tags": pairs(has),
        "history": history,
        "previous": {alias: number for alias, number in before.items() if number is not None},
        "capabilities": {"logged_models": can.logged_models, "aliases": can.aliases, "stages": can.stages},
        "notes": capabilities.sentences(can),
    }


def at(row: Json) -> dict[str, str]:
    """Return where the aliases of a row are."""
    return {one["alias"]: one["version"] for one in row["aliases"]}


def missing(name: str) -> NotFound:
    """Return the error for a model that is not there."""
    return NotFound(
        f"There is no registered model {name[:256]!r}.", hint="It may have been deleted or renamed."
    )


def named(aliases: Iterable[tuple[str, str]]) -> list[Json]:
    """Return aliases in alphabetical order."""
    return [{"alias": alias, "version": version} for alias, version in sorted(aliases)]


def pairs(has: Mapping[str, str | None]) -> list[Json]:
    """Return tags in alphabetical order."""
    return [{"key": key, "value": value or ""} for key, value in sorted(has.items())]


def registered(
    found: Iterable[tuple[str, str, str]], aliases: Mapping[tuple[str, str], list[str]]
) -> dict[str, list[Json]]:
    """Return what runs are registered as, by run: by name, the newest version first.

    Parameters
    ----------
    found
        Run, name and version of each.
    aliases
        By name and version.
    """
    by_run: dict[str, list[Json]] = {}
    for run_id, name, number in sorted(found, key=lambda one: (one[1], -_whole(one[2]), one[2])):
        told = by_run.setdefault(run_id, [])
        if len(told) < OF_A_RUN:
            row = {"name": name, "version": number, "aliases": sorted(aliases.get((name, number), ()))}
            told.append(row)
    return by_run


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0  # other makers' versions need not be numbers


def _model_id(source: str) -> str | None:
    found = _MODEL_ID.search(source)
    return found[1] if found else None
