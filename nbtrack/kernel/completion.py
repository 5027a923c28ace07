"""Completion by Tab behind nbtrack's magics: options, experiments, names of runs and models."""

from __future__ import annotations

import contextlib
import re
import threading
from typing import TYPE_CHECKING

from IPython.core.completer import SimpleCompletion, context_matcher

from nbtrack import store
from nbtrack.kernel.options import (
    TRACK,
    TRACK_COMPARE,
    TRACK_REGISTER,
    TRACK_REPAIR,
    TRACK_RUN,
    TRACK_RUNS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

_PARSERS = {
    "track": TRACK,
    "track_run": TRACK_RUN,
    "track_repair": TRACK_REPAIR,
    "track_runs": TRACK_RUNS,
    "track_compare": TRACK_COMPARE,
    "track_register": TRACK_REGISTER,
}
_LINE = re.compile(rf"^\s*%{{1,2}}({'|'.join(_PARSERS)})\s+(.*)$")
# Behind these comes the name of a run.
_OF_RUNS = frozenset({"--baseline", "--children"})
# A store that does not answer must not hold up the Tab key.
_PATIENCE_SECONDS = 0.7
_RECENT_RUNS = 50
_MODELS = 100
_ALIASES = ("champion", "challenger")


@context_matcher()  # type: ignore[untyped-decorator]
def complete_track(context: CompletionContext) -> SimpleMatcherResult:
    """Match the word under the cursor behind one of nbtrack's magics."""
    found = _LINE.match(context.line_with_cursor[: context.cursor_position])
    if found is None:
        return {"completions": []}
    magic, typed = found.groups()
    words = typed.split()
    word = "" if typed.endswith(" ") or not words else words.pop()
    before = words[-1] if words else ""
    choices = _choices(magic, before, words)
    return {
        "completions": [SimpleCompletion(_quoted(choice)) for choice in choices if choice.startswith(word)],
        "matched_fragment": word,
        "suppress": True,
        "ordered": True,
    }


def _choices(magic: str, before: str, words: list[str]) -> list[str]:
    if before == "--experiment":
        return _in_time(_experiments)
    if magic == "track_register":
        return _registering(before, words)
    choices = _PARSERS[magic].choices_of(before)
    if choices:
        return choices
    options = _PARSERS[magic].option_names()
    if before in _OF_RUNS or (magic == "track_compare" and not before.startswith("-")):
        return [*_in_time(_runs), *options]
    if words or magic in ("track_repair", "track_runs", "track_compare"):
        return options
    return [*(["status", "on", "off"] if magic == "track" else _in_time(_runs)), *options]


def _registering(before: str, words: list[str]) -> list[str]:
    options = TRACK_REGISTER.option_names()
    if before == "--alias":
        return list(_ALIASES)
    if before.startswith("-"):
        return options if before == "--yes" else []
    # The first word is the model's name, or a run's before it.
    named = [] if len(words) > 1 else _in_time(lambda: [*_models(), *([] if words else ["this", *_runs()])])
    return [*named, *options]


def _models() -> list[str]:
    import mlflow

    return [model.name for model in mlflow.MlflowClient().search_registered_models(max_results=_MODELS)]


def _experiments() -> list[str]:
    import mlflow

    return [experiment.name for experiment in store.experiments(mlflow.MlflowClient())]


def _runs() -> list[str]:
    import mlflow

    client = mlflow.MlflowClient()
    ids = [experiment.experiment_id for experiment in store.experiments(client)]
    return list(dict.fromkeys(run.name for run in store.runs(client, ids, "", _RECENT_RUNS) if run.name))


def _in_time(look_up: Callable[[], list[str]]) -> list[str]:
    found: list[str] = []

    def look() -> None:
        with contextlib.suppress(Exception):  # no names then: the options complete all the same
            found.extend(look_up())

    thread = threading.Thread(target=look, name="nbtrack-complete", daemon=True)
    thread.start()
    thread.join(_PATIENCE_SECONDS)
    return list(found)


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"\s", text) else text


@contextlib.contextmanager
def registered(shell: InteractiveShell) -> Iterator[None]:
    """Put the matcher into IPython's list, and take it out."""
    matchers = shell.Completer.custom_matchers
    matchers.append(complete_track)
    try:
        yield
    finally:
        matchers.remove(complete_track)
