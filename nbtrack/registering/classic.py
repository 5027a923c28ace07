"""What takes the place of what a store does not have: stages in place of aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.aliases import STAGES, stage_of
from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.capabilities import Capabilities


def check(capabilities: Capabilities, aliases: Sequence[str]) -> str | None:
    """Return the stage that stands for the aliases; None where aliases are what they are, or none is wished.

    Raises
    ------
    Invalid
        If the store has nothing that could stand for them. Nothing has been done then.
    """
    if capabilities.aliases or not aliases:
        return None
    if not capabilities.stages:
        raise Invalid(
            f"This store has neither aliases nor stages, so nothing can be called {aliases[0]}.",
            hint="Leave the alias out: the version is loaded by its number.",
        )
    stages = {stage_of(alias) for alias in aliases}
    if len(stages) > 1:
        raise Invalid(
            f"This store has stages in place of aliases, and a version is in one of them: "
            f"{' and '.join(f'{alias} is {STAGES[alias]}' for alias in aliases)}.",
            hint="Choose one alias.",
        )
    return stages.pop()
