"""What a caller wants of the runs: checked once, for both ways of reading."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from nbtrack.errors import Invalid

Family = Literal["metrics", "params", "tags"]
Json = dict[str, Any]

STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
_COLUMNS = 200
_MOST = 1000  # runs in a page
_FILTER = 5000  # characters


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs, in which order, with which columns. See `calls.runs`."""

    experiment_ids: tuple[str, ...] | None
    notebook: str | None
    cell_ids: tuple[str, ...] | None
    parent_run_id: str | None
    top_level: bool
    mine: str | None
    status: tuple[str, ...]
    filter: str
    order_by: str | None
    deleted: bool
    columns: tuple[tuple[Family, str], ...]
    max_results: int
    page_token: str | None

    def keys(self, family: Family) -> set[str]:
        """Return the keys among the columns asked for."""
        return {key for of, key in self.columns if of == family}


def columns_of(names: list[str]) -> tuple[tuple[Family, str], ...]:
    """Split `metrics.val_loss` and its like.

    Raises
    ------
    Invalid
        If one is of no kind that a run has, or they are too many.
    """
    if len(names) > _COLUMNS:
        raise Invalid(f"{len(names)} columns are too many.", hint=f"Ask for {_COLUMNS} at most.")
    return tuple(_column(name) for name in names)


def experiment_ids_of(ids: list[str] | None) -> tuple[str, ...] | None:
    """Check ids of experiments, as far as all stores agree.

    Raises
    ------
    Invalid
        If one is empty.
    """
    if ids is None:
        return None
    if any(not one.strip() for one in ids):
        raise Invalid("An experiment's id is empty.", hint="Leave `experiment_ids` out for all.")
    return tuple(dict.fromkeys(ids))


def size_of(max_results: int) -> int:
    """Check the size of a page.

    Raises
    ------
    Invalid
        If it is not between 1 and 1,000.
    """
    if not 1 <= max_results <= _MOST:
        raise Invalid(f"max_results is {max_results}.", hint=f"Ask for 1 to {_MOST} and use the page token.")
    return max_results


def checked(wanted: Wanted) -> Wanted:
    """Return what is wanted, if it can be had.

    Raises
    ------
    Invalid
        If a status is none of MLflow's, or a text is too long.
    """
    for status in wanted.status:
        if status not in STATUSES:
            raise Invalid(f"{status!r} is not a status.", hint=f"Statuses are {', '.join(STATUSES)}.")
    if len(wanted.filter) > _FILTER:
        raise Invalid("The filter is too long.", hint=f"It may have {_FILTER} characters.")
    size_of(wanted.max_results)
    return wanted


def token_of(content: Json) -> str:
    """Return a page token: opaque to whoever gets it."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def content_of(token: str) -> Json:
    """Return what a page token holds.

    Raises
    ------
    Invalid
        If it is none of ours.
    """
    try:
        content = json.loads(base64.b64decode(token.encode(), b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Invalid("That is no page token.", hint="Take `next_page_token` of the page before, as it is.")
    return content


def _column(name: str) -> tuple[Family, str]:
    family, dot, key = name.partition(".")
    if not dot or not key or family not in get_args(Family):
        raise Invalid(f"{name!r} is not a column.", hint="Columns are `metrics.x`, `params.x` and `tags.x`.")
    return cast("Family", family), key
