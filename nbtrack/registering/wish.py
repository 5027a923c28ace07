"""What is wished, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbtrack.errors import Conflict


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be registered, and how; see `nbtrack.register`.

    Attributes
    ----------
    name
        Of the registered model; made if it is not there.
    run_id
        The run that has the model; None if `model` says it.
    model
        `models:/m-…`, `runs:/<id>/<path>`, the name of one of the run's models, or None for its only one.
    require
        Gates, such as «f1 >= 0.9» and «f1 > champion + 0.01».
    yes
        Whether aliases may be taken from other versions without asking.
    """

    name: str
    run_id: str | None = None
    model: str | None = None
    aliases: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    description: str | None = None
    require: tuple[str, ...] = ()
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Registered:
    """A version in the registry.

    Attributes
    ----------
    aliases
        Those that were wished and now point at it; on stores without aliases, a stage stands for them.
    replaced
        For each of them, the version that had it before; None where none had.
    uri
        What MLflow loads it by: `models:/churn@champion`, or `models:/churn/7`.
    code
        Lines that load it.
    notes
        What the store can't hold, and what is done instead.
    created
        False where this very model was registered under this name already: no new version was made.
    """

    name: str
    version: str
    aliases: tuple[str, ...]
    replaced: dict[str, str | None]
    uri: str
    code: str
    run_id: str | None
    run_name: str | None
    model_id: str | None
    stage: str | None
    notes: tuple[str, ...]
    created: bool


@dataclass(frozen=True, slots=True)
class Move:
    """An alias that points at another version now; the run is that version's, where there is one."""

    alias: str
    version: str
    run_name: str | None
    run_id: str | None = None


class WouldMove(Conflict):
    """Aliases would move and nobody has agreed. Nothing has been done yet.

    Attributes
    ----------
    moves
        What they point at now.
    to
        The version that they would move to, as far as one can tell before it is made.
    run_id
        That version's run, where there is one.
    """

    def __init__(self, moves: tuple[Move, ...], to: str, run_id: str | None = None) -> None:
        super().__init__(
            f"{' '.join(self.said(move) for move in moves)} Nothing was done.",
            hint="Say yes=True, or `--yes`, to move what is to be moved.",
        )
        self.moves = moves
        self.to = to
        self.run_id = run_id

    @property
    def agreed(self) -> dict[str, str]:
        """What somebody agrees to who says yes to this: `carry_out` takes it."""
        return {move.alias: move.version for move in self.moves}

    @property
    def question(self) -> str:
        """The question to ask, without «[y/N]»."""
        them = "it" if len(self.moves) == 1 else "them"
        return f"{' '.join(self.said(move) for move in self.moves)} Move {them} to version {self.to}?"

    def beside(self, move: Move) -> list[str]:
        """Return the ids of the runs of what the alias points at and of what it would; [] if one has none."""
        runs = [run_id for run_id in (move.run_id, self.run_id) if run_id]
        return runs if len(set(runs)) > 1 else []

    @staticmethod
    def said(move: Move) -> str:
        """Return where an alias is, as a sentence."""
        run = f" (run {move.run_name})" if move.run_name else ""
        return f"{move.alias} is version {move.version}{run}."
