"""Executes MLflow notebooks of Azure/azureml-examples with and without nbtrack, and compares their runs.

``python tests/azure_examples.py …/azureml-examples/sdk/python/using-mlflow/train-and-log``

Each notebook is executed in a real kernel twice: as it is, and with ``%load_ext nbtrack`` in front. The runs
with nbtrack, matched by order of creation and nesting, must hold everything that the runs without hold; ids,
times, random names and float jitter don't count. Needs the extra ``demo``, hyperopt and matplotlib.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import math
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import nbformat
from mlflow import MlflowClient
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlflow.entities import Run

NAMES = ("xgboost_classification_mlflow", "xgboost_nested_runs", "logging_and_customizing_models")
DATA = Path(__file__).parents[1] / "notebooks" / "data" / "heart.csv"
# The notebooks split their data at random. Both executions get one seed, with which the values of `thal` that
# occur once are in the training part: the encoder of the first notebook refuses to predict for them.
SEED = "import numpy\nnumpy.random.seed(4)"
SUBSTITUTIONS = (
    # Everything is installed already.
    (r"(?m)^\s*[%!]pip\b.*$", ""),
    # `code_path` of MLflow's log_model was renamed to `code_paths`; MLflow 3 has dropped it.
    (r"\bcode_path=", "code_paths="),
    # sklearn.log_model writes skops by default since MLflow 3, and that refuses XGBoost's classes.
    (r"\bsklearn\.log_model\(\w+,", r'\g<0> serialization_format="cloudpickle",'),
)
# These differ from run to run, or are nbtrack's to fill: the source is the notebook.
VOLATILE = {"mlflow.log-model.history", "mlflow.source.name", "mlflow.source.type", "mlflow.parentRunId"}
RANDOM_NAME = re.compile(r"[a-z]+-[a-z]+-\d+")
KINDS = ("status", "params", "metrics", "tags", "artifacts", "datasets", "models")

Facts: TypeAlias = "dict[str, dict[str, Any]]"
Tree: TypeAlias = "list[tuple[Facts, Tree]]"


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare runs with and without nbtrack.")
    parser.add_argument("folder", type=Path, help="the notebooks' folder")
    parser.add_argument("--only", choices=NAMES, action="append", help="only this notebook; repeatable")
    parser.add_argument("--data", type=Path, default=DATA, help="heart.csv (default: %(default)s)")
    asked = parser.parse_args()
    lacking = [compare(asked.folder / f"{name}.ipynb", asked.data.resolve()) for name in asked.only or NAMES]
    return 1 if any(lacking) else 0


def compare(path: Path, data: Path) -> int:
    """Execute a notebook both ways, print the table, return how much is wrong."""
    trees, faults = [], []
    for label, front in (("without", [SEED]), ("with", ["%load_ext nbtrack", SEED])):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
            folder = Path(temporary).resolve()
            faults += [f"{label} nbtrack: {fault}" for fault in execute(path, data, folder, front)]
            trees.append(tree(MlflowClient(f"sqlite:///{folder}/work/mlflow.db")))
    missing = lacks(trees[0], trees[1])
    without, with_nbtrack = (Counter(_counted(each)) for each in trees)
    lines = [path.stem, f"{'':14}{'without':>9}{'with':>9}"]
    for row in ("runs", *KINDS, "RUNNING"):
        one, two = without[row], with_nbtrack[row]
        worse = two if row == "RUNNING" else sum(what.startswith(row) for what in missing)
        verdict = f"WRONG {worse}" if worse else "equal" if one == two else "superset"
        lines.append(f"{'metric points' if row == 'metrics' else row:14}{one:9}{two:9}  {verdict}")
    sys.stdout.write("\n".join([*lines, *(f"  {each}" for each in missing[:40] + faults), "\n"]))
    return len(missing) + with_nbtrack["RUNNING"] + len(faults) + (not trees[0])


def execute(path: Path, data: Path, folder: Path, front: list[str]) -> Iterator[str]:
    """Execute a notebook in `folder`/work, where MLflow's default store is made; yield what went wrong."""
    notebook: Any = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = re.sub(r"https?://[^\s\"']+/heart\.csv", data.as_posix(), cell.source)
            for old, new in SUBSTITUTIONS:
                cell.source = re.sub(old, new, cell.source)
    notebook.cells[:0] = [nbformat.v4.new_code_cell(each) for each in front]
    (folder / "work").mkdir()
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "JPY_"))}
    env |= {"HYPEROPT_FMIN_SEED": "0", "MLFLOW_DISABLE_TELEMETRY": "true"}
    env |= {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
    try:
        NotebookClient(notebook, timeout=600, kernel_name="python3").execute(env=env, cwd=f"{folder}/work")
    except CellExecutionError as error:
        yield f"{error.ename}: {error.evalue}"
    for number, cell in enumerate(notebook.cells, -len(front)):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"raised by cell {number} of the notebook"
            # What nbtrack says of a fault of its own, or of the store; advice is none.
            yield from re.findall(
                r"(?m)^nbtrack: (?:off|runs are not|\S.* made no run).*", output.get("text", "")
            )


def tree(client: MlflowClient) -> Tree:
    """Return the runs of a store with all that they hold, oldest first, children under their parents."""
    experiments = {each.experiment_id: each.name for each in client.search_experiments()}
    runs: list[Run] = sorted(client.search_runs(list(experiments)), key=lambda each: each.info.start_time)
    models = sorted(client.search_logged_models([*experiments]), key=lambda each: each.creation_timestamp)
    # A param may name another run: ids become ordinals.
    ids = {run.info.run_id: f"run {number}" for number, run in enumerate(runs)}
    ids |= {model.model_id: f"model {number}" for number, model in enumerate(models)}

    def plain(values: dict[str, str]) -> dict[str, str]:
        return {
            key: "" if key in VOLATILE or RANDOM_NAME.fullmatch(value) else ids.get(value, value)
            for key, value in values.items()
        }

    def history(run_id: str, key: str) -> list[list[float]]:
        points = sorted(client.get_metric_history(run_id, key), key=lambda each: (each.step, each.timestamp))
        return [[each.step, each.value] for each in points]

    def of_model(model: Any) -> Iterator[tuple[str, Any]]:
        yield "name and status", [model.name, str(model.status)]
        yield from plain({**(model.params or {}), **(model.tags or {})}).items()
        yield from ((each.key, [each.step, each.value]) for each in model.metrics or [])
        yield from _files(lambda path: client.list_logged_model_artifacts(model.model_id, path)).items()

    def facts(run: Run) -> Facts:
        run_id = run.info.run_id
        inputs = run.inputs.dataset_inputs if run.inputs else []
        own = [model for model in models if model.source_run_id == run_id]
        return {
            "status": {run.info.status: experiments[run.info.experiment_id]},
            "params": plain(run.data.params),
            "metrics": {key: history(run_id, key) for key in run.data.metrics},
            "tags": plain(run.data.tags),
            "artifacts": _files(lambda path: client.list_artifacts(run_id, path)),
            "datasets": {f"{each.dataset.name} {each.dataset.digest}": "" for each in inputs},
            "models": {f"{at} {key}": value for at, each in enumerate(own) for key, value in of_model(each)},
        }

    def below(parent: str | None) -> Tree:
        children = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == parent]
        return [(facts(run), below(run.info.run_id)) for run in children]

    return below(None)


def _files(listed: Callable[[str | None], list[Any]], path: str | None = None) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in listed(path):
        found |= _files(listed, each.path) if each.is_dir else {each.path: str(bool(each.file_size))}
    return found


def lacks(without: Tree, with_nbtrack: Tree, place: str = "") -> list[str]:
    """Return what the second tree lacks that the first holds. Of more runs, the best match counts."""
    pairs = min(len(without), len(with_nbtrack))

    def of(counterparts: tuple[tuple[Facts, Tree], ...]) -> list[str]:
        found = ["runs: too few"] * (len(without) - pairs)
        for number, (mine, theirs) in enumerate(zip(without, counterparts, strict=False), 1):
            for kind, values in mine[0].items():
                for key, value in values.items():
                    other = theirs[0][kind].get(key, "nothing")
                    if not _alike(value, other):
                        found.append(f"{kind} of run {place}{number}: {key}: {value} without, {other} with")
            found += lacks(mine[1], theirs[1], f"{place}{number}.")
        return found

    return min(map(of, itertools.combinations(with_nbtrack, pairs)), key=len)


def _alike(one: Any, two: Any) -> bool:
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_alike, one, two))
    with contextlib.suppress(TypeError, ValueError):
        one, two = float(one), float(two)
        return math.isclose(one, two, rel_tol=1e-6) or (math.isnan(one) and math.isnan(two))
    return bool(one == two)


def _counted(runs: Tree) -> Iterator[str]:
    for facts, children in runs:
        yield from ("runs", *facts["status"])
        for kind in KINDS:
            yield from [kind] * sum(len(each) if kind == "metrics" else 1 for each in facts[kind].values())
        yield from _counted(children)


if __name__ == "__main__":
    sys.exit(main())
