"""The runs of one user by MLflow's client.

Python's clients tell a run's user by a tag and by an attribute, R's too; Java's by one or the other. A row
shows the tag, else the attribute. MLflow's language has no OR, so what to search by depends on what is there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, get_args

from nbtrack.store.rows import USER

if TYPE_CHECKING:
    from collections.abc import Callable

Way = Literal["tag", "attribute", "each"]

_WAYS: tuple[Way, ...] = get_args(Way)
_TAG = f"tags.`{USER}`"
_ATTRIBUTE = "attributes.user_id"


def way(is_there: Callable[[str], bool], name: str, before: object) -> Way:
    """Return what to search by.

    Parameters
    ----------
    is_there
        Whether there is a run that a filter holds for.
    name
        The user's, in quotes for a filter.
    before
        What the token says of the page before: the same way leads on.

    Returns
    -------
    {"tag", "attribute", "each"}
        `each`: by nothing; every run has to be looked at.
    """
    from mlflow.exceptions import MlflowException

    for known in _WAYS:
        if known == before:
            return known
    try:
        if not is_there(f"{_ATTRIBUTE} = {name} AND {_TAG} IS NULL"):
            return "tag"
        return "each" if is_there(f"{_TAG} = {name} AND {_ATTRIBUTE} != {name}") else "attribute"
    except MlflowException:  # older servers don't know `IS NULL`
        return "tag"


def clauses(by: Way, name: str) -> list[str]:
    """Return the filter of a way; what it finds still has to pass `check`."""
    return {"tag": [f"{_TAG} = {name}"], "attribute": [f"{_ATTRIBUTE} = {name}"], "each": []}[by]


def check(user: str) -> Callable[[Any], bool]:
    """Return what tells whether a run of MLflow's is this user's."""
    return partial(_is_of, user)


def _is_of(user: str, run: Any) -> bool:
    return bool((run.data.tags.get(USER) or run.info.user_id) == user)
