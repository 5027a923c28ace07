"""The notebooks of the repository do what they say, and other executors than JupyterLab work too."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import nbformat
import pytest
from nbclient import NotebookClient

from tests.kernel.live import tree

if TYPE_CHECKING:
    from mlflow.entities import Run

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CARD = "application/vnd.nbtrack.register.v1+json"
PLAIN = """
import mlflow
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
X, y = make_classification(100, random_state=0)
for C in (0.1, 0.2):
    mlflow.log_metric("acc", LogisticRegression(C=C).fit(X, y).score(X, y))
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for notebooks, with a home of its own."""
    for name in [name for name in os.environ if name.startswith(("MLFLOW_", "JPY_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home" / "ipython"))
    folder = tmp_path / "notebooks"
    folder.mkdir()
    return folder


def runs_of(folder: Path) -> list[Run]:
    """Return the runs in the store that nbtrack made in a folder."""
    store = mlflow.MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    ids = [experiment.experiment_id for experiment in store.search_experiments()]
    return list(store.search_runs(ids, order_by=["attributes.start_time ASC"]))


def check_loop(folder: Path) -> None:
    """Check what the plain notebook must leave: a parent and two children."""
    made = tree(runs_of(folder))
    (parent,) = made[""]
    assert [run.data.params["C"] for run in made[parent.info.run_id]] == ["0.1", "0.2"]
    assert {run.info.status for runs in made.values() for run in runs} == {"FINISHED"}
    assert "nbtrack.cell.source_sha256" in parent.data.tags


def plain_notebook(folder: Path) -> Path:
    """Write a notebook that loads nbtrack and trains."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in ("%load_ext nbtrack", PLAIN)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path = folder / "plain.ipynb"
    nbformat.write(notebook, path)
    return path


def test_the_first_run_notebook_makes_the_runs_that_it_tells_of(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(NOTEBOOKS / "data", place / "data")
    monkeypatch.setenv("JPY_SESSION_NAME", str(place / "01_first_run.ipynb"))
    notebook = nbformat.read(NOTEBOOKS / "01_first_run.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "stored without outputs"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(place)}}).execute()
    made = tree(runs_of(place))
    first, boosted, family, failed = made[""]
    assert first.data.params["logisticregression__max_iter"] == "1000"
    assert first.data.metrics["training_accuracy_score"] > 0.8
    assert boosted.data.params["max_depth"] == "3"
    assert boosted.data.metrics["test_accuracy"] > 0.7
    assert family.data.tags["mlflow.runName"] == "regularization"
    children = made[family.info.run_id]
    assert [run.data.params["logisticregression__C"] for run in children] == [
        "0.001",
        "0.01",
        "0.1",
        "1",
        "10",
    ]
    assert all(run.data.metrics["test_accuracy"] > 0.5 for run in children)
    assert (failed.info.status, failed.data.tags["nbtrack.exception.type"]) == ("FAILED", "ValueError")
    assert {run.info.status for run in [first, boosted, family, *children]} == {"FINISHED"}
    table = next(cell for cell in notebook.cells if cell.get("id") == "look").outputs[0]["data"]["text/plain"]
    assert "regularization 5" in table
    texts = [out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", [])]
    assert "nbtrack:" not in json.dumps(texts)


def test_the_live_chart_notebook_leaves_its_pictures(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(NOTEBOOKS / "data", place / "data")
    monkeypatch.setenv("JPY_SESSION_NAME", str(place / "02_live_chart.ipynb"))
    notebook = nbformat.read(NOTEBOOKS / "02_live_chart.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "stored without outputs"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(place)}}).execute()
    left = {
        cell["id"]: set(out["data"])
        for cell in notebook.cells
        for out in cell.get("outputs", [])
        if "nbtrack" in out.get("metadata", {})
    }
    chart = {"application/vnd.vegalite.v5+json", "image/png", "text/plain"}
    assert left == {
        "boost": chart,
        "plain": chart,
        "loop": chart,
        "value": {"text/html", "text/plain"},
        "own-run": chart,
    }
    (own,) = next(cell for cell in notebook.cells if cell["id"] == "own-run").outputs
    assert own["data"]["application/vnd.vegalite.v5+json"]["title"] == "overfitting"
    assert {run.info.status for run in runs_of(place)} == {"FINISHED"}
    size = len(json.dumps(notebook))
    assert size < 5 * 60_000 + 20_000, "each cell keeps to its 60 KB"


def test_the_comparing_notebook_tells_noise_from_a_difference(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(place / "03_compare.ipynb"))
    notebook = nbformat.read(NOTEBOOKS / "03_compare.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "stored without outputs"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(place)}}).execute()
    outputs = {cell["id"]: cell.get("outputs", []) for cell in notebook.cells}
    made = tree(runs_of(place))
    (parent,) = made[""]
    children = made[parent.info.run_id]
    assert [(run.data.params["learning_rate"], run.data.params["seed"]) for run in children] == [
        (rate, str(seed)) for rate in ("0.003", "0.01") for seed in range(5)
    ]
    (shown,) = outputs["compare"]
    kinds = {"application/vnd.nbtrack.compare.v1+json", "text/html", "image/png", "text/plain"}
    assert set(shown["data"]) == kinds
    assert len(json.dumps(shown)) < 300_000
    payload = shown["data"]["application/vnd.nbtrack.compare.v1+json"]
    assert payload["run_ids"] == [run.info.run_id for run in children]
    assert "better than the baseline" in outputs["verdict"][0]["text"]
    assert "within noise" in outputs["accuracy"][0]["text"]
    lowest = min(children, key=lambda run: run.data.metrics["val_loss"])
    assert lowest.data.tags["mlflow.runName"] in outputs["pick"][0]["data"]["text/plain"]
    texts = [out.get("text", "") for out in itertools.chain(*outputs.values())]
    assert "nbtrack:" not in json.dumps(texts)


def test_the_registering_notebook_promotes_refuses_and_goes_back(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(place / "04_register.ipynb"))
    notebook = nbformat.read(NOTEBOOKS / "04_register.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "stored without outputs"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(place)}}).execute()
    outputs = {cell["id"]: cell.get("outputs", []) for cell in notebook.cells}

    def card(cell: str) -> dict[str, Any]:
        (shown,) = (out["data"] for out in outputs[cell] if CARD in out.get("data", {}))
        assert shown[CARD]["card"]["code"] in shown["text/plain"]
        found: dict[str, Any] = shown[CARD]["card"]
        return found

    assert (card("register")["version"], card("candidate")["version"]) == ("1", "2")
    (refused,) = outputs["refused"]
    assert re.search(r"test_r2 .*0\.\d+.*0\.\d+", refused["text"]), "both figures"
    scores = outputs["move"][-1]["data"]["text/html"]
    assert all(word in scores for word in ("candidate", "champion", "low", "high"))
    assert outputs["use"][0]["text"] == "the same as here: True\n"
    assert outputs["back"][-1]["text"].startswith("1 ")
    registry = mlflow.MlflowClient(f"sqlite:///{place / 'mlflow.db'}")
    found = registry.get_registered_model("diabetes")
    assert {alias: str(version) for alias, version in found.aliases.items()} == {
        "champion": "1",
        "candidate": "2",
    }
    assert {run.info.status for run in runs_of(place)} == {"FINISHED"}
    texts = [out.get("text", "") for out in itertools.chain(*outputs.values())]
    assert "nbtrack:" not in json.dumps(texts)


def test_the_remote_notebook_loses_nothing_while_its_server_is_gone(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(place / "05_remote.ipynb"))
    notebook = nbformat.read(NOTEBOOKS / "05_remote.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "stored without outputs"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(place)}}).execute()
    outputs = {cell["id"]: cell.get("outputs", []) for cell in notebook.cells}
    assert "the store is away" in outputs["status"][0]["text"]
    assert outputs["back"][0]["text"] == "all stored\n"
    rows = outputs["look"][0]["data"]["text/plain"].splitlines()[1:]
    assert [row.split()[2:5:2] for row in rows] == [["FINISHED", "300"]] * 2
    (card,) = (out["data"][CARD]["card"] for out in outputs["register"] if CARD in out.get("data", {}))
    assert card["version"] == "1"
    assert outputs["model"][-1]["text"] == "the same as here: True\n"


def test_papermill(place: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "papermill",
        plain_notebook(place).name,
        "out.ipynb",
        "--no-progress-bar",
    ]
    subprocess.run(command, cwd=place, check=True, capture_output=True)
    check_loop(place)


def test_plain_ipython(place: Path) -> None:
    script = place / "script.ipy"
    script.write_text(f"%load_ext nbtrack\n{PLAIN}")
    subprocess.run([sys.executable, "-m", "IPython", script.name], cwd=place, check=True, capture_output=True)
    check_loop(place)


def test_a_jupyter_console_like_session(place: Path) -> None:
    typed = f"%load_ext nbtrack\n{PLAIN}\n\nexit\n"
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner"]
    subprocess.run(command, cwd=place, input=typed, text=True, check=True, capture_output=True)
    check_loop(place)


def test_a_script_without_ipython(place: Path) -> None:
    (place / "script.py").write_text(
        "import nbtrack, mlflow\n"
        "mlflow.set_tracking_uri('sqlite:///mlflow.db')\n"
        "with nbtrack.track_run('fine', params={'a': 1}): mlflow.log_metric('m', 1)\n"
        "@nbtrack.track_run('async')\n"
        "async def train(): mlflow.log_metric('m', 2)\n"
        "import asyncio; asyncio.run(train())\n"
        "try:\n"
        "    with nbtrack.track_run('fails'): raise OSError('gone')\n"
        "except OSError: pass\n"
        "with nbtrack.track_run('killed'): raise KeyboardInterrupt\n"
    )
    ended = subprocess.run(
        [sys.executable, "script.py"], cwd=place, capture_output=True, text=True, check=False
    )
    assert "KeyboardInterrupt" in ended.stderr
    made = {
        run.info.run_name: (run.info.status, run.data.tags.get("nbtrack.exception.type"))
        for run in runs_of(place)
    }
    assert made == {
        "fine": ("FINISHED", None),
        "async": ("FINISHED", None),
        "fails": ("FAILED", "OSError"),
        "killed": ("KILLED", "KeyboardInterrupt"),
    }
