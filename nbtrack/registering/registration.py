"""`register` and `rollback`, which `%track_register` is a face of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbtrack.comparing.source import Source
from nbtrack.errors import Invalid
from nbtrack.registering import asking, names, patience
from nbtrack.registering.wish import Wish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd  # type: ignore[import-untyped]

    from nbtrack.registering.form import Form
    from nbtrack.registering.wish import Registered

    Json = dict[str, Any]


def register(
    run: Any = None,
    name: str | None = None,
    *,
    model: Any = None,
    aliases: str | Iterable[str] = (),
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    require: str | Iterable[str] = (),
    data: Any = None,
    target: Any = None,
    yes: bool = False,
) -> Registration | Form:
    """Register a model of a run as a new version of a registered model; nothing at all shows a form.

    The same call again makes no second version: it completes what an earlier one left half-done.

    Parameters
    ----------
    run
        Id of the run, how it begins, its name, MLflow's `Run`, or "this"; None is the last run of this
        notebook that has a model, logged or in memory. A single word is the registered model's name instead.
    name
        Of the registered model, made if it is not there.
    model
        Name of one of the run's models, `models:/m-…`, `runs:/<id>/<path>`, or a fitted object, which is
        logged to the run; the run's only model if None. One that was fitted and not logged is logged now.
    aliases
        Such as "champion". Taking one from another version asks once and names that version. On a store that
        has stages only, champion is Production, challenger and candidate are Staging.
    tags, description
        Of the version; the notebook and the cell of the run are tags of it anyway.
    require
        Conditions such as "f1 >= 0.9", "f1 >= champion" or "f1 > champion + 0.01", on metrics of the run.
    data, target
        Score the model and the version that the alias (the champion if none is named) points at on this data
        first: a DataFrame, and its column or an array with the truth. The result is `.scores`.
    yes
        Take aliases from other versions without asking, for scripts.

    Returns
    -------
    Registration
        A notebook shows it as a card. Without any argument, a form.

    Raises
    ------
    NotFound
        If there is no such run, or it has no model.
    Invalid
        If a name can't be used, several models could be meant, the model does not pass a condition, or the
        store can't hold what is wished. Nothing has been registered then.
    Conflict
        If an alias would move and nobody has said yes, or somebody else moved it meanwhile.
    StoreUnavailable
        If the store does not answer, or does not let you; the message says how far it got.

    Examples
    --------
    >>> nbtrack.register("churn", aliases="champion", require="f1 >= champion").uri
    'models:/churn@champion'
    """
    source = Source.current()
    if name is None and isinstance(run, str):
        run, name = None, run
    if run is None and name is None and model is None:
        if aliases or tags or description or require or data is not None:
            raise Invalid(
                "A registered model needs a name.", hint="Type one: `nbtrack.register('churn', …)`."
            )
        from nbtrack.registering.form import Form

        return Form(source)
    from nbtrack.registering import resolving

    wish = Wish(
        name=names.name(name),
        aliases=names.aliases([aliases] if isinstance(aliases, str) else aliases),
        tags={str(key): str(value) for key, value in (tags or {}).items()},
        description=description,
        require=(require,) if isinstance(require, str) else tuple(require),
        yes=yes,
    )
    said = model if isinstance(model, str) else None
    if said is None or not said.startswith(("models:/", "runs:/")):
        with patience.calls():
            _ = source.client
            wish = replace(wish, run_id=resolving.run_of(source, run))
    wish = replace(wish, model=said if model is None or said else _remembered(wish, model, data, target))
    scores = None
    if data is not None:
        scores, wish = asking.scored(source, wish, data, target)
    return Registration(source, asking.carried_out(source, wish, scores), scores)


def rollback(name: str, alias: str = "champion", *, yes: bool = False) -> Registration:
    """Point an alias at the version that it had before.

    Rolling back twice goes back two versions. The history is a tag of the registered model,
    `nbtrack.alias.<alias>.history`; versions that have been deleted since are passed over.

    Parameters
    ----------
    name
        Of the registered model.
    alias
        Such as "champion".
    yes
        Don't ask.

    Returns
    -------
    Registration
        The version that the alias points at now.

    Raises
    ------
    NotFound
        If there is no such model, or no earlier version is known.
    Conflict
        If nobody has said yes, or somebody else moved the alias meanwhile.
    StoreUnavailable
        If the store does not answer, or does not let you.

    Examples
    --------
    >>> nbtrack.rollback("churn", yes=True).version
    '3'
    """
    from nbtrack.registering import back

    source = Source.current()
    said, word = names.name(name), names.alias(alias)
    return Registration(source, asking.rolled_back(source, back.Way(said, word), yes=yes))


class Registration:
    """A version of a registered model; see `register`. The last line of a cell shows it as a card.

    Attributes
    ----------
    name, version
        Of the registered model, and the number.
    aliases
        Those that were wished.
    replaced
        For each, the version that had it before, or None.
    uri, code
        What MLflow loads it by, and the lines that do.
    run_id, run_name, model_id
        Where it came from; None where that is not known.
    notes
        What the store can't hold, and which conditions held.
    created
        False where this very model was registered already: no new version was made.
    scores
        Metric, candidate, champion, difference and its interval, if data was given.
    """

    def __init__(self, source: Source, done: Registered, scores: pd.DataFrame | None = None) -> None:
        self._digest, self._done, self.scores = source.digest, done, scores
        self.name, self.version, self.aliases = done.name, done.version, done.aliases
        self.replaced, self.uri, self.code = done.replaced, done.uri, done.code
        self.run_id, self.run_name, self.model_id = done.run_id, done.run_name, done.model_id
        self.notes, self.created, self.stage = done.notes, done.created, done.stage

    def __repr__(self) -> str:
        text: str = self._bundle()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: Any) -> Json:
        return self._bundle()

    def _bundle(self) -> Json:
        from nbtrack.registering import output

        return output.registered(self._digest, self._done, scores=self.scores)


def _remembered(wish: Wish, fitted: Any, data: Any, target: Any) -> str:
    """Take an object as what a run has fitted, and return what it is called."""
    from nbtrack.registering import memory

    assert wish.run_id is not None  # noqa: S101
    truth = isinstance(target, str) and target in getattr(data, "columns", ())
    memory.remember(wish.run_id, fitted, data.drop(columns=[target]) if truth else data)
    return memory.of_run(wish.run_id)[-1].name
