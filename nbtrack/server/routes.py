"""The table of routes. A route reads the request and names the call that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join

from nbtrack.server.artifacts_routes import ArtifactRoute, ArtifactsRoute, TableRoute
from nbtrack.server.cells_routes import CellsRoute
from nbtrack.server.compare_routes import CompareRoute, ImportanceRoute, NoiseRoute
from nbtrack.server.experiments_routes import (
    ExperimentRoute,
    ExperimentsRoute,
    RestoreExperimentRoute,
    ViewRoute,
)
from nbtrack.server.models_routes import (
    AliasRoute,
    ModelRoute,
    ModelsRoute,
    ModelVersionsRoute,
    VersionRoute,
    VersionsRoute,
)
from nbtrack.server.runs_routes import DeleteRunsRoute, RestoreRunsRoute, RunRoute, RunsRoute
from nbtrack.server.series_routes import ChartRoute, HistoryRoute, KeysRoute
from nbtrack.server.settings_routes import CheckRoute, SettingsRoute, StoreRoute
from nbtrack.server.watch_routes import WatchRoute

if TYPE_CHECKING:
    from nbtrack.server.base import Route
    from nbtrack.server.context import Context

_ID = "([^/]+)"

# The first that fits answers, so `runs/delete` stands before `runs/<run_id>`.
ROUTES: dict[str, type[Route]] = {
    "settings": SettingsRoute,
    "store": StoreRoute,
    "check": CheckRoute,
    "experiments": ExperimentsRoute,
    f"experiments/{_ID}": ExperimentRoute,
    f"experiments/{_ID}/restore": RestoreExperimentRoute,
    f"experiments/{_ID}/view": ViewRoute,
    "runs": RunsRoute,
    "runs/delete": DeleteRunsRoute,
    "runs/restore": RestoreRunsRoute,
    f"runs/{_ID}": RunRoute,
    f"runs/{_ID}/artifacts": ArtifactsRoute,
    f"runs/{_ID}/artifact": ArtifactRoute,
    f"runs/{_ID}/table": TableRoute,
    "models": ModelsRoute,
    f"models/{_ID}": ModelRoute,
    f"models/{_ID}/versions": ModelVersionsRoute,
    f"models/{_ID}/versions/{_ID}": VersionRoute,
    f"models/{_ID}/aliases/{_ID}": AliasRoute,
    "versions": VersionsRoute,
    "history": HistoryRoute,
    "compare": CompareRoute,
    "noise": NoiseRoute,
    "importance": ImportanceRoute,
    "keys": KeysRoute,
    "cells": CellsRoute,
    "chart": ChartRoute,
    "watch": WatchRoute,
}


def handlers(base_url: str, context: Context) -> list[tuple[str, type[Route], dict[str, Any]]]:
    """Return the routes under ``<base_url>nbtrack/api/`` as tornado takes them."""
    return [
        (url_path_join(base_url, "nbtrack", "api", path), route, {"context": context})
        for path, route in ROUTES.items()
    ]
