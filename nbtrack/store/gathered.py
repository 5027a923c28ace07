"""Pages made of MLflow's pages, with what MLflow can't filter filtered here.

A page token holds MLflow's own and how many of that page have been given out.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid
from nbtrack.store.wanted import content_of, token_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PAGES = 8  # of MLflow's, that are looked through for one of ours


@dataclass(frozen=True, slots=True)
class Part:
    """A page: MLflow's entities, and the token of the next one."""

    items: list[Any]
    token: str | None


def gathered(
    fetch: Callable[[str | None], Any],
    keep: Callable[[Any], bool],
    size: int,
    page_token: str | None,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Part:
    """Gather a page of what is kept out of MLflow's pages; a shorter one where that would take too long.

    Parameters
    ----------
    fetch
        Asks for the page of MLflow's that has this token.
    more
        What the token for the next page holds besides.

    Raises
    ------
    Invalid
        If the page token is none of ours.
    """
    content = content_of(page_token) if page_token else {}
    token, skip = content.get("mlflow"), content.get("skip", 0)
    if type(skip) is not int or not isinstance(token, str | None):
        raise Invalid("The page token is of another list.", hint="Start again at the first page.")
    found: list[Any] = []
    for _ in range(_PAGES):
        page = fetch(token)
        for at, one in enumerate(page):
            if at < skip or not keep(one):
                continue
            if len(found) == size:
                return Part(found, _token(token, at, more))
            found.append(one)
        token, skip = page.token, 0
        if not token:
            return Part(found, None)
        if len(found) == size:
            break
    return Part(found, _token(token, 0, more))


def _token(theirs: str | bytes | None, skip: int, more: Mapping[str, Any]) -> str:
    return token_of(
        {"mlflow": theirs.decode() if isinstance(theirs, bytes) else theirs, "skip": skip, **more}
    )
