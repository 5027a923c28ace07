"""What a small scikit-learn fit takes: plain, as nbtrack records it, as MLflow's defaults do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.cells import REST
from tests.benchmarks.table import Line, compared, rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.shell import Shell

DATA = (
    "from sklearn.datasets import make_classification\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "X, y = make_classification(n_samples=200, n_features=20, random_state=0)"
)
FIT = "LogisticRegression().fit(X, y)"
DEFAULTS = "mlflow.autolog(silent=True)"
SAME = "mlflow.autolog(log_models=False, log_datasets=False, silent=True)"


def fitting(plain: Shell, autologged: Shell, tracked: Shell) -> Iterator[Line]:
    """Three processes by turns, of which one changes between two settings of MLflow's autologging."""
    nothing: list[float] = []
    same: list[float] = []
    defaults: list[float] = []
    ours: list[float] = []
    for shell in (plain, tracked):
        shell.ms(DATA)
        shell.ms(FIT, rest=REST)
    for number in rounds(9, 45):
        nothing += plain.ms(FIT, rest=REST)
        ours += tracked.ms(FIT, rest=REST)
        autologged.ms(SAME)
        same += autologged.ms(FIT, rest=REST)
        if number < 4:
            autologged.ms(DEFAULTS)
            defaults += autologged.ms(FIT, rest=REST)
    what = "fit of LogisticRegression, 200x20"
    # The issue's own figures: 0.4 s instead of 3.7 s.
    yield compared(what, ("mlflow.autolog(), models too", defaults), ours, most_ratio=0.11)
    yield compared(what, ("mlflow.autolog(), no models, no datasets", same), ours)
    yield compared(what, ("not recorded", nothing), ours)
