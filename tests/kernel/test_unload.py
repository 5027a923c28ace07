"""Loading, loading twice, unloading."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernel.live import LiveKernel

SNAPSHOT = """
def snapshot():
    import os, sys
    import mlflow, mlflow.sklearn
    from mlflow.tracking import fluent
    from mlflow.tracking._tracking_service import utils as tracking
    from mlflow.tracking._model_registry import utils as models
    from mlflow.tracking.context.registry import _run_context_provider_registry as context
    from mlflow.tracking.default_experiment import registry as defaults
    from mlflow.utils import autologging_utils
    from mlflow.utils.autologging_utils import events
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    ip = get_ipython()
    return {
        **{f"event {name}": list(found) for name, found in ip.events.callbacks.items()},
        **{f"magic {kind}": dict(table) for kind, table in ip.magics_manager.magics.items()},
        "magics": dict(ip.magics_manager.registry),
        **{f"formatter {kind}": dict(f.type_printers) for kind, f in ip.display_formatter.formatters.items()},
        "cleanup": list(ip.input_transformers_cleanup),
        "matchers": list(ip.Completer.custom_matchers),
        "tracking stores": dict(tracking._tracking_store_registry._registry),
        "model stores": dict(models._get_store_registry()._registry),
        "context": list(context._registry),
        "experiment": list(defaults._default_experiment_provider_registry._registry),
        "autolog": {k: v for k, v in autologging_utils.AUTOLOGGING_INTEGRATIONS.items() if v},
        "batch logger": [autologging_utils.BatchMetricsLogger],
        "event logger": [events.AutologgingEventLogger._event_logger],
        "fit": [LogisticRegression.fit, GridSearchCV.fit, mlflow.log_metric, mlflow.start_run],
        "uris": [tracking._tracking_uri, models._registry_uri],
        "environ": {k: v for k, v in os.environ.items() if k.startswith("MLFLOW") and v is not None},
    }
def different(a, b):
    def same(x, y):
        if type(x) is dict and type(y) is dict:
            return x.keys() == y.keys() and all(same(x[k], y[k]) for k in x)
        if type(x) is list and type(y) is list:
            return len(x) == len(y) and all(map(same, x, y))
        return x is y or (isinstance(x, str) and x == y)
    return [k for k in a if not same(a[k], b[k])]
import warnings; warnings.filterwarnings("ignore")
import matplotlib.pyplot  # autologged plots would set its hooks up meanwhile
%matplotlib inline
%unload_ext storemagic
BEFORE = snapshot()
"""
FIT = """
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
X, y = make_classification(100, random_state=0)
m = LogisticRegression().fit(X, y); import mlflow; mlflow.log_metric("a", 1)
"""


def test_unloading_puts_back_the_very_same_objects(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare()
    kernel.ok(SNAPSHOT)
    kernel.ok("%load_ext nbtrack")
    kernel.ok(FIT, "fit")
    assert kernel.ok("different(BEFORE, snapshot())").results != ["[]"]
    kernel.ok("%unload_ext nbtrack")
    assert kernel.ok("different(BEFORE, snapshot())").results == ["[]"]
    kernel.ok("%load_ext nbtrack")
    kernel.ok(FIT, "again")
    kernel.ok("%unload_ext nbtrack")
    assert kernel.ok("different(BEFORE, snapshot())").results == ["[]"]
    kernel.ok(FIT, "without")
    # Plain MLflow's own run, by log_metric, is in the same file: MLflow's default.
    assert ["nbtrack.kernel.id" in run.data.tags for run in kernel.runs()] == [True, True, False]


def test_loading_twice_is_loading_once(kernel: LiveKernel) -> None:
    count = "sum('nbtrack' in str(f.__module__) for f in get_ipython().events.callbacks['post_run_cell'])"
    once = kernel.ok(count).results
    kernel.ok("%load_ext nbtrack")
    kernel.ok("import nbtrack\nnbtrack.load_ipython_extension(get_ipython())")
    assert kernel.ok(count).results == once
    kernel.ok(FIT, "fit")
    assert len(kernel.runs()) == 1


def test_reloading_works(kernel: LiveKernel) -> None:
    kernel.ok("%reload_ext nbtrack")
    kernel.ok(FIT, "fit")
    assert len(kernel.runs()) == 1


def test_the_cell_that_loads_may_train_at_once(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare()
    kernel.ok("%load_ext nbtrack\n" + FIT, "all-in-one")
    (run,) = kernel.runs()
    assert run.data.tags["nbtrack.cell.id"] == "all-in-one"
    assert run.info.status == "FINISHED"
    assert run.data.metrics.keys() >= {"a", "training_accuracy_score"}


def test_a_first_cell_that_only_defines_and_prints_does_not_wait_for_mlflow(
    bare: Callable[..., LiveKernel],
) -> None:
    kernel = bare()
    kernel.ok("%load_ext nbtrack")
    kernel.ok("import json, sys\nprint(1)")
    assert kernel.ok("print('mlflow.tracking.fluent' in sys.modules)").stdout == "False\n"
    kernel.ok(FIT, "fit")
    assert len(kernel.runs()) == 1
