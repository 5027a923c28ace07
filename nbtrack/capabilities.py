"""What a store can do, found by asking it: stores of the same scheme differ, and so do servers by version.

A question about something that is not there tells both: «I have no such model» comes from a store that has
aliases, «I have no such page» from one that has none.
"""

from __future__ import annotations

import contextlib
import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlflow import MlflowClient

_NOWHERE = "nbtrack asks whether there are aliases"  # the name of no model
_ANSWERS = {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}
_NO_SUCH_PAGE = {"ENDPOINT_NOT_FOUND", "NOT_FOUND", "NOT_IMPLEMENTED", "FEATURE_DISABLED"}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store can do.

    Attributes
    ----------
    logged_models
        MLflow 3's models, which have ids of their own; elsewhere a model is a folder of a run's artifacts.
    aliases
        Names that point at a version, such as `champion`.
    stages
        Whether stages can be used in their place; False where there are aliases.
    """

    logged_models: bool
    aliases: bool
    stages: bool


_known: dict[tuple[str, str], Capabilities] = {}
_lock = threading.Lock()


def of(client: MlflowClient) -> Capabilities:
    """Return what the store of a client can do; asked once for each store and process.

    Raises
    ------
    Exception
        MLflow's own, if the store does not answer or asks for a login: nothing is remembered then.
    """
    key = (str(client.tracking_uri), str(client._registry_uri))  # noqa: SLF001 - there is no public name
    with _lock:
        found = _known.get(key)
    if found is None:
        found = _asked(client)
        with _lock:
            _known[key] = found
    return found


def sentences(capabilities: Capabilities) -> list[str]:
    """Return what is missing and what is done instead, to be said before anything is done."""
    said = []
    if not capabilities.logged_models:
        said.append(
            "This store keeps models as artifacts of their run: there are no models with ids of their own."
        )
    if not capabilities.aliases:
        said.append(
            "This store has no aliases: stages are used, and `champion` becomes Production, `challenger` and "
            "`candidate` become Staging."
            if capabilities.stages
            else "This store has neither aliases nor stages: a version is loaded by its number."
        )
    return said


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Keep to ourselves what MLflow says of stages: that aliases are better is known, they are not there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _asked(client: MlflowClient) -> Capabilities:
    # The client itself would first ask whether there is such a model, and come no further.
    registry: Any = client._get_registry_client()  # noqa: SLF001
    logged = _has(lambda: client.search_logged_models(["0"], max_results=1))
    aliases = _has(lambda: registry.get_model_version_by_alias(_NOWHERE, "champion"))
    stages = not aliases and _has(lambda: registry.get_latest_versions(_NOWHERE, ["Production"]))
    return Capabilities(logged_models=logged, aliases=aliases, stages=stages)


def _has(ask: Callable[[], Any]) -> bool:
    from mlflow.exceptions import MlflowException

    try:
        ask()
    except NotImplementedError:
        return False
    except MlflowException as error:
        if error.error_code in _ANSWERS:
            return True
        if is_unknown(error):
            return False
        raise
    return True


def is_unknown(error: Any) -> bool:
    """Tell whether by this MLflow exception a store says that it knows no such request."""
    return error.error_code in _NO_SUCH_PAGE or _is_no_word_of_mlflow(error)


def _is_no_word_of_mlflow(error: Any) -> bool:
    """Tell an answer by which a store of another maker says that it knows no such request."""
    body = getattr(error, "json", None)
    if isinstance(body, dict):
        return "error_code" not in body
    text = str(error)
    return any(f"error code {status}" in text for status in (404, 405, 501)) or "unsupported" in text.lower()
