"""Which store and which experiment a notebook logs to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack import settings, sqlite
from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path

MARK = sqlite.APPLICATION_ID


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Jupyter root with a notebook folder two levels down."""
    (tmp_path / "lab" / "team" / "churn").mkdir(parents=True)
    return tmp_path / "lab"


def make_store(folder: Path, *, mark: int = 0, table: str = "alembic_version") -> str:
    file = folder / "mlflow.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"CREATE TABLE {table} (version_num TEXT)")
        connection.execute(f"PRAGMA application_id = {mark}")
    return f"sqlite:///{file}"


def resolve(lab: Path, **more: Any) -> settings.Settings:
    given: dict[str, Any] = {"folder": lab / "team" / "churn", "root": lab, "notebook": None, "environ": {}}
    return settings.resolve(**{**given, **more})


def test_with_nothing_said_there_is_one_store_in_the_root(root: Path) -> None:
    found = resolve(root, notebook="team/churn/a.ipynb")
    assert found == settings.Settings(
        store=f"sqlite:///{root}/mlflow.db",
        store_source="default",
        experiment="team/churn/a",
        experiment_source="default",
        artifacts=f"file://{root}/mlartifacts",
        made_by_nbtrack=True,
        leftover_mlruns=None,
    )
    assert list(root.rglob("*.db")) == []


def test_without_a_root_the_store_is_beside_the_notebook(root: Path) -> None:
    found = resolve(root, root=None, notebook="a.ipynb")
    assert found.store == f"sqlite:///{root}/team/churn/mlflow.db"
    assert found.experiment == "a"


def test_each_source_is_stronger_than_the_next(root: Path) -> None:
    steps = [("default", f"sqlite:///{root}/mlflow.db")]
    steps.append(("found", make_store(root / "team")))
    assert resolve(root).store == steps[-1][1]
    assert resolve(root).store_source == "found"
    (root / "team" / "pyproject.toml").write_text('[tool.nbtrack]\nstore = "sqlite:///runs/x.db"\n')
    assert resolve(root).store == f"sqlite:///{root}/team/runs/x.db"
    assert resolve(root).store_source == "pyproject"
    environ = {"MLFLOW_TRACKING_URI": "http://server:5000"}
    assert resolve(root, environ=environ).store == "http://server:5000"
    assert resolve(root, environ=environ).store_source == "environment"
    assert resolve(root, environ=environ, store="databricks").store == "databricks"
    assert resolve(root, environ=environ, store="databricks").store_source == "explicit"
    assert resolve(root, environ={"MLFLOW_TRACKING_URI": ""}).store_source == "pyproject"


def test_the_nearest_store_is_found_and_only_a_real_one(root: Path) -> None:
    far = make_store(root)
    (root / "team" / "mlflow.db").write_bytes(b"not a database")
    make_store(root / "team" / "churn", table="something_else")
    assert resolve(root).store == far
    (root / "team" / "mlflow.db").unlink()
    near = make_store(root / "team")
    assert resolve(root).store == near


def test_a_store_above_the_root_is_not_ours_to_use(root: Path) -> None:
    above = make_store(root.parent)
    assert resolve(root).store == f"sqlite:///{root}/mlflow.db"
    assert resolve(root, root=None).store == above


def test_above_the_home_folder_nothing_is_searched(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_store(root.parent)
    monkeypatch.setenv("HOME", str(root))
    monkeypatch.setenv("USERPROFILE", str(root))
    assert resolve(root, root=None).store_source == "default"


@pytest.mark.parametrize(("mark", "ours"), [(MARK, True), (0, False)])
def test_artifacts_lie_beside_a_store_that_nbtrack_made(root: Path, mark: int, *, ours: bool) -> None:
    make_store(root, mark=mark)
    for found in (resolve(root), resolve(root, store=str(root / "mlflow.db"))):
        assert found.made_by_nbtrack is ours
        assert found.artifacts == (f"file://{root}/mlartifacts" if ours else None)


def test_a_missing_store_named_by_hand_is_the_users(root: Path) -> None:
    assert resolve(root, store="new.db").made_by_nbtrack is False
    assert resolve(root, environ={"MLFLOW_TRACKING_URI": f"sqlite:///{root}/n.db"}).artifacts is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("runs.db", "sqlite:///{folder}/runs.db"),
        ("../runs.db", "sqlite:///{team}/runs.db"),
        ("/srv/my runs/ü#1.db", "sqlite:////srv/my runs/ü#1.db"),
        ("sqlite:///runs.db", "sqlite:///{folder}/runs.db"),
        ("sqlite:///runs.db?timeout=5", "sqlite:///{folder}/runs.db?timeout=5"),
        ("sqlite:////srv/runs.db", "sqlite:////srv/runs.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("https://host/mlflow.db", "https://host/mlflow.db"),
        ("postgresql+psycopg2://u:p@h/mlflow.db", "postgresql+psycopg2://u:p@h/mlflow.db"),
        ("azureml://e.api.azureml.ms/mlflow/v1.0/x", "azureml://e.api.azureml.ms/mlflow/v1.0/x"),
        ("databricks", "databricks"),
        ("databricks://profile", "databricks://profile"),
        ("file:///srv/mlruns", "file:///srv/mlruns"),
    ],
)
def test_what_a_store_may_be(root: Path, said: str, meant: str) -> None:
    folder = root / "team" / "churn"
    assert resolve(root, store=said).store == meant.format(folder=folder, team=folder.parent)


@pytest.mark.parametrize("said", ["mlflow", "sqlite://mlflow.db", "sqlite:mlflow.db", "./mlruns", "  "])
def test_what_a_store_may_not_be(root: Path, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        resolve(root, store=said)
    assert "mlflow.db" in caught.value.hint


def test_a_wrong_store_is_told_without_its_password(root: Path) -> None:
    with pytest.raises(Invalid) as caught:
        resolve(root, store="host?password=hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_relative_store_in_the_environment_is_meant_from_the_working_directory(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    found = resolve(root, environ={"MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"})
    assert found.store == f"sqlite:///{root}/mlflow.db"
    assert resolve(root, environ={"MLFLOW_TRACKING_URI": "./mlruns"}).store == "./mlruns"


def test_experiments_by_strength(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.nbtrack]\nexperiment = "from file"\n')
    name = {"MLFLOW_EXPERIMENT_NAME": "from name", "MLFLOW_EXPERIMENT_ID": "7"}

    def chosen(**more: Any) -> tuple[str | None, str]:
        found = resolve(root, notebook="team/churn/a.ipynb", **more)
        return found.experiment, found.experiment_source

    assert chosen() == ("from file", "pyproject")
    assert chosen(environ=name) == ("from name", "environment")
    assert chosen(environ={"MLFLOW_EXPERIMENT_ID": "7"}) == (None, "environment")
    assert chosen(environ=name, experiment="by hand") == ("by hand", "explicit")


def test_the_notebook_names_the_experiment(root: Path) -> None:
    outside = root.parent / "elsewhere"
    cases = {
        "team/churn/a b.v2.ipynb": "team/churn/a b.v2",
        str(root / "team" / "a.ipynb"): "team/a",
        str(outside / "a.ipynb"): "a",
        "../elsewhere/a.ipynb": "a",
    }
    for notebook, name in cases.items():
        assert resolve(root, notebook=notebook).experiment == name
    assert resolve(root).experiment is None
    assert resolve(root).experiment_source == "default"


def test_without_a_root_the_experiment_is_named_from_the_stores_folder(root: Path) -> None:
    make_store(root)
    notebook = str(root / "team" / "churn" / "a.ipynb")
    assert resolve(root, root=None, notebook=notebook).experiment == "team/churn/a"
    assert resolve(root, root=None, notebook=notebook, store="http://h").experiment == "a"


def test_a_notebook_reached_through_a_link_is_inside_the_root(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    found = resolve(root, root=link, folder=link / "team", notebook=str(link / "team" / "a.ipynb"))
    assert found.experiment == "team/a"
    assert found.store == f"sqlite:///{root}/mlflow.db"


@pytest.mark.parametrize(
    "text",
    [
        "[tool.nbtrack\n",
        "[tool]\nnbtrack = 3\n",
        "[tool.nbtrack]\nstore = 3\n",
        '[tool.nbtrack]\nstore = ""\n',
        "[tool.nbtrack]\nexperiment = ['a']\n",
        '[tool.nbtrack]\nstore = "mlflow"\n',
        b"\xff\xfe",
    ],
)
def test_a_broken_pyproject_is_named_with_its_cure(root: Path, text: str | bytes) -> None:
    file = root / "pyproject.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Invalid) as caught:
        resolve(root)
    assert str(file) in caught.value.message
    assert "mlflow.db" in caught.value.hint
    assert resolve(root, store="databricks", experiment="x").store == "databricks"


def test_a_pyproject_without_our_table_is_passed_by(root: Path) -> None:
    (root / "team" / "pyproject.toml").write_text("[tool]\n[project]\nname = 'x'\n")
    (root / "pyproject.toml").write_text('[tool.nbtrack]\nexperiment = "far"\n')
    found = resolve(root)
    assert found.experiment == "far"
    assert found.store_source == "default"
