"""No secret of a cell's source reaches a tag, a param or an artifact by nbtrack's hand."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import mlflow

from tests.kernel.live import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernel.live import LiveKernel

# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "github": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "password": "hunter2-correct-horse",
    "bearer": "Zm9vYmFyYmF6cXV4LTEyMzQ1Njc4OTA",
    "url": "s3cr3t-in-a-url",
}
CELL = f"""
import mlflow
key = "{SECRETS["aws"]}"
headers = {{"Authorization": "Bearer {SECRETS["bearer"]}"}}
password="{SECRETS["password"]}"
token = "{SECRETS["github"]}"
db = "postgresql://me:{SECRETS["url"]}@127.0.0.1/db"
mlflow.log_metric("a", 1)
"""


def everything_written(kernel: LiveKernel, folder: Path) -> str:
    """Return all that the store holds of all runs, as one text."""
    texts = []
    for run in kernel.runs():
        texts += [repr(run.data.tags), repr(run.data.params), repr(run.info)]
        target = folder / run.info.run_id
        target.mkdir(parents=True)
        for file in kernel.store.list_artifacts(run.info.run_id):
            kernel.store.download_artifacts(run.info.run_id, file.path, str(target))
        texts += [path.read_text() for path in target.rglob("*") if path.is_file()]
    return "\n".join(texts)


def artifacts(kernel: LiveKernel, run_id: str) -> list[str]:
    """Return the names of what nbtrack captured."""
    return [Path(file.path).name for file in kernel.store.list_artifacts(run_id, "nbtrack")]


def test_captured_sources_diffs_and_messages_hold_no_secret(
    bare: Callable[..., LiveKernel], tmp_path: Path
) -> None:
    kernel = bare("repo")
    git = ["git", "-C", str(kernel.folder), "-c", "user.name=t", "-c", "user.email=t@127.0.0.1"]
    subprocess.run([*git, "init", "-q", "-b", "trunk"], check=True)
    (kernel.folder / "config.py").write_text("x = 1\n")
    subprocess.run([*git, "add", "config.py"], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    (kernel.folder / "config.py").write_text(f'x = 1\npassword = "{SECRETS["password"]}"\n')
    kernel.ok("%load_ext nbtrack")
    kernel.ok(f'api_key = "{SECRETS["github"]}"', "earlier")
    kernel.ok(CELL, "secret")
    kernel.run(
        f"mlflow.log_metric('b', 1)\nraise ValueError('no access with password=\"{SECRETS['password']}\"')",
        "x",
    )
    runs = kernel.runs()
    until(lambda: all(len(artifacts(kernel, run.info.run_id)) == 4 for run in runs))
    kernel.shutdown()
    written = everything_written(kernel, tmp_path / "written")
    assert "password" in written
    assert "[redacted]" in written
    for kind, secret in SECRETS.items():
        assert secret not in written, kind
    for run in kernel.runs():
        assert run.data.tags["mlflow.source.git.branch"] == "trunk"
        assert run.data.tags["mlflow.source.git.dirty"] == "true"
        assert len(run.data.tags["mlflow.source.git.commit"]) == 40


def test_what_is_captured(kernel: LiveKernel, tmp_path: Path) -> None:
    kernel.ok("x = 41", "first")
    kernel.ok("import mlflow\nmlflow.log_metric('a', x + 1)", "second")
    (run,) = kernel.runs()
    until(lambda: len(artifacts(kernel, run.info.run_id)) == 3)
    folder = Path(kernel.store.download_artifacts(run.info.run_id, "nbtrack", str(tmp_path)))
    assert (folder / "cell.py").read_text() == "import mlflow\nmlflow.log_metric('a', x + 1)"
    executed = (folder / "executed_cells.py").read_text()
    assert executed.index("x = 41") < executed.index("x + 1")
    assert "# %% In [2]" in executed
    assert f"mlflow=={mlflow.__version__}" in (folder / "packages.txt").read_text().splitlines()


def test_a_cell_run_by_an_earlier_kernel_is_linked_too(bare: Callable[..., LiveKernel]) -> None:
    for _ in range(2):
        kernel = bare("again")
        kernel.ok("%load_ext nbtrack")
        kernel.ok("import mlflow\nmlflow.log_metric('a', 1)", "same-cell")
        kernel.shutdown()
    first, second = kernel.runs()
    assert second.data.tags["nbtrack.cell.previous_run"] == first.info.run_id
