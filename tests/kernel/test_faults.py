"""Whatever breaks around nbtrack, the user's cells run, and one sentence says what is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.kernel.conftest import DATA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kernel.live import LiveKernel

FIT = "print(LogisticRegression().fit(X, y).score(X, y) > 0.5)"


@contextmanager
def failing_server() -> Iterator[str]:
    """Run a tracking server that answers every call with an error of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_error(500, "no good")

        do_GET = do_PATCH = do_POST  # noqa: N815 - the names are http.server's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def spoken(kernel: LiveKernel, *cells: str) -> list[str]:
    """Execute cells that must go well; return what nbtrack said."""
    said: list[str] = []
    for cell in cells:
        reply = kernel.ok(cell)
        said += [line for line in reply.stderr.splitlines() if line.startswith("nbtrack:")]
    return said


def test_a_store_that_fails_at_every_call(bare: Callable[..., LiveKernel]) -> None:
    with failing_server() as uri:
        kernel = bare(env={"MLFLOW_TRACKING_URI": uri, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"})
        kernel.ok("%load_ext nbtrack")
        said = spoken(kernel, DATA, FIT, FIT, "1 + 1")
        assert len(said) == 1
        assert "made no run for a fit" in said[0]
        assert "500" in said[0]
        # The user's own call fails as it would without nbtrack, and the next cell goes on.
        assert kernel.run("mlflow.log_metric('a', 1)").content["ename"] == "MlflowException"
        assert kernel.ok("print(6 * 7)").stdout == "42\n"


@pytest.fixture
def unwritable(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder that nobody can write to, root included."""
    folder = tmp_path / "work"
    folder.mkdir()
    if os.geteuid():
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "nbtrack-test", folder], check=False).returncode:
        pytest.skip("root may write anywhere, and may not mount a read-only folder here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_read_only_folder(unwritable: Path, bare: Callable[..., LiveKernel]) -> None:
    kernel = bare(unwritable.name)
    kernel.ok("%load_ext nbtrack")
    started = time.monotonic()
    said = spoken(kernel, DATA, FIT, FIT)
    assert len(said) == 1
    assert "runs are not recorded" in said[0]
    assert "%track --store" in said[0]
    assert time.monotonic() - started < 40, "it waited for a store that can't be written"
    writable = unwritable.parent / "elsewhere.db"
    kernel.ok(f"%track --store {writable}")
    kernel.ok(FIT)
    import mlflow

    assert len(kernel.runs(mlflow.MlflowClient(f"sqlite:///{writable}"))) == 1


def test_a_store_that_is_put_right_is_used_from_the_next_cell_on(
    tmp_path: Path, bare: Callable[..., LiveKernel]
) -> None:
    (tmp_path / "work").mkdir()
    file = tmp_path / "work" / "mlflow.db"
    file.write_text("no store")
    kernel = bare()
    kernel.ok("%load_ext nbtrack")
    (said,) = spoken(kernel, DATA, FIT)
    assert "is not an MLflow store" in said
    file.unlink()
    (said,) = spoken(kernel, FIT, "1 + 1")
    assert "recorded again" in said
    assert len(kernel.runs()) == 1


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk(tmp_path: Path, bare: Callable[..., LiveKernel]) -> None:
    disk = tmp_path / "work"
    disk.mkdir()
    with ExitStack() as stack:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "nbtrack-test", disk], check=True)
        stack.callback(lambda: subprocess.run(["umount", "--lazy", disk], check=True))
        kernel = bare()
        kernel.ok("%load_ext nbtrack")
        kernel.ok(DATA)
        kernel.ok(FIT)
        assert len(kernel.runs()) == 1
        kernel.ok("open('filler', 'wb').write(b'x' * 1)")
        kernel.run(
            "import os\nwith open('filler', 'wb', buffering=0) as f:\n"
            "    try:\n        while True: f.write(b'x' * 4096)\n    except OSError: pass"
        )
        said = spoken(kernel, FIT, FIT, "print('goes on')")
        assert len(said) == 1
        assert "made no run for a fit" in said[0]
        assert "full" in said[0]
        kernel.ok("os.remove('filler')")
        kernel.ok(FIT)
        assert len(kernel.runs()) == 2


def test_mlflow_that_can_not_be_imported(tmp_path: Path, bare: Callable[..., LiveKernel]) -> None:
    broken = tmp_path / "broken" / "mlflow"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('a half-installed MLflow')\n")
    kernel = bare(env={"PYTHONPATH": os.pathsep.join([str(broken.parent), *sys.path])})
    said = spoken(
        kernel,
        "%load_ext nbtrack",
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.datasets import make_classification\n"
        "X, y = make_classification(100, random_state=0)",
        FIT,
        FIT,
    )
    assert len(said) == 1
    assert "a half-installed MLflow" in said[0]
    assert "pip install mlflow" in said[0]
    kernel.ok("%unload_ext nbtrack")


def test_one_framework_whose_autologging_is_broken(tmp_path: Path, bare: Callable[..., LiveKernel]) -> None:
    fake = tmp_path / "fake" / "lightgbm"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text("__version__ = '4.0'\ndef train(): return 'trained'\n")
    kernel = bare(env={"PYTHONPATH": os.pathsep.join([str(fake.parent), *sys.path])})
    kernel.ok("%load_ext nbtrack")
    kernel.ok(DATA)
    said = spoken(kernel, "import lightgbm\nprint(lightgbm.train())", "lightgbm.train()", FIT)
    assert len(said) == 1
    assert "autologging of lightgbm can't be switched on" in said[0]
    assert len(kernel.runs()) == 1


def test_faults_of_nbtracks_own_switch_it_off_after_three(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare()
    kernel.ok("%load_ext nbtrack")
    kernel.ok(DATA)
    # A fault that no user can cause: the kernel's own bookkeeping is taken away.
    kernel.ok("from nbtrack.kernel.cells import Whose\nWhose.enter = None")
    said = spoken(kernel, "1", "2", "3", "4", FIT)
    assert len(said) == 1
    assert "off after three faults of its own" in said[0]
    assert "%reload_ext nbtrack" in said[0]


def test_a_left_over_file_store_is_told_of_once(bare: Callable[..., LiveKernel], tmp_path: Path) -> None:
    experiment = tmp_path / "work" / "mlruns" / "123"
    experiment.mkdir(parents=True)
    (experiment / "meta.yaml").write_text("experiment_id: '123'\nname: old\nlifecycle_stage: active\n")
    kernel = bare()
    said = spoken(kernel, "%load_ext nbtrack", "import mlflow\nmlflow.log_metric('a', 1)", "1")
    assert len(said) == 1
    assert "mlflow migrate-filestore" in said[0]
    assert len(kernel.runs()) == 1
