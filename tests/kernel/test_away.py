"""A tracking server that is away when a run is to be made, or read: no cell waits, and all is there later."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import mlflow
import pytest

from tests.kernel.live import until
from tests.server.proxy import Network, mlflow_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.kernel.live import LiveKernel
    from tests.server.proxy import Mode

POINTS = 300
TRAIN = f"""
began = time.monotonic()
with mlflow.start_run(run_name="kept") as run:
    for n in range({POINTS}): mlflow.log_metric("a", n, step=n)
    mlflow.log_param("p", 1)
    with mlflow.start_run(run_name="child", nested=True): mlflow.log_metric("b", 1)
print(time.monotonic() - began)
print(run.info.run_id)
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mlflow_server(tmp_path_factory.mktemp("server")) as port:
        mlflow.MlflowClient(f"http://127.0.0.1:{port}").search_experiments()  # its first answer is slow
        yield port


@pytest.fixture
def network(port: int) -> Iterator[Network]:
    with closing(Network(port)) as network:
        yield network


@pytest.fixture
def kernel(bare: Callable[..., LiveKernel], network: Network) -> LiveKernel:
    made = bare(env={"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{network.port}"})
    made.ok("%load_ext nbtrack")
    made.ok("import mlflow, time")
    return made


def client(port: int) -> mlflow.MlflowClient:
    return mlflow.MlflowClient(f"http://127.0.0.1:{port}")


def found(port: int, name: str, experiment: str) -> list[mlflow.entities.Run]:
    """Return the runs of a name, once there is one."""
    asked = client(port)

    def look() -> list[mlflow.entities.Run]:
        known = asked.get_experiment_by_name(experiment)
        return [] if known is None else list(asked.search_runs([known.experiment_id], f"run_name = '{name}'"))

    until(look, 60)
    return look()


@pytest.mark.parametrize("mode", ["mute", "500", "closed"])
def test_a_run_of_a_cell_without_a_server(
    kernel: LiveKernel, network: Network, port: int, mode: Mode
) -> None:
    experiment = f"away-{mode}"
    kernel.ok(f"mlflow.set_experiment({experiment!r})")
    network.mode = mode
    reply = kernel.ok(TRAIN)
    took, local = reply.stdout.split()
    assert float(took) < 4  # 2 s of waiting, and the work of a busy machine
    # What can't be had is refused soon, with the reason.
    reply = kernel.run("began = time.monotonic()\nmlflow.search_runs()")
    assert reply.status == "error"
    assert "MlflowException" in reply.traceback
    assert float(kernel.ok("print(time.monotonic() - began)").stdout) < 12
    network.mode = "pass"
    # The id that the user saw leads to the run.
    until(lambda: look_up(kernel, local) not in ("", local), 60)
    run_id = look_up(kernel, local)
    # A late answer to the kernel's own attempt may have made a second one, which is deleted.
    until(lambda: [one.info.run_id for one in found(port, "kept", experiment)] == [run_id])
    until(lambda: client(port).get_run(run_id).info.status == "FINISHED", 60)
    history = client(port).get_metric_history(run_id, "a")
    assert sorted(one.step for one in history) == list(range(POINTS))
    assert client(port).get_run(run_id).data.params == {"p": "1"}
    (child,) = found(port, "child", experiment)
    assert child.data.tags["mlflow.parentRunId"] == run_id
    assert len(found(port, "kept", experiment)) == 1


def look_up(kernel: LiveKernel, run_id: str) -> str:
    """Return the id that a run has by now; nothing while its server is thought to be away."""
    return kernel.run(f"print(mlflow.get_run({run_id!r}).info.run_id)").stdout.strip()


def test_a_kernel_that_never_met_its_server(kernel: LiveKernel, network: Network, port: int) -> None:
    network.mode = "closed"
    reply = kernel.ok(
        "began = time.monotonic()\n"
        "mlflow.log_metric('m', 1)\n"
        "print(time.monotonic() - began, mlflow.active_run().info.run_name)"
    )
    took, name = reply.stdout.split()
    assert float(took) < 3
    network.mode = "pass"
    (run,) = found(port, name, "study")
    until(lambda: client(port).get_run(run.info.run_id).info.status == "FINISHED", 60)
    assert client(port).get_run(run.info.run_id).data.metrics == {"m": 1.0}


def test_a_slow_server_is_waited_for(kernel: LiveKernel, network: Network) -> None:
    kernel.ok("mlflow.set_experiment('slow')")
    network.delay = 3.0
    reply = kernel.ok("with mlflow.start_run(run_name='slow') as run: pass\nprint(run.info.artifact_uri)")
    assert "not-at-the-server" not in reply.stdout


@pytest.mark.parametrize("born", [False, True])
def test_a_fit_without_a_server(kernel: LiveKernel, network: Network, port: int, *, born: bool) -> None:
    kernel.ok(
        "import mlflow.sklearn\nfrom sklearn.datasets import make_classification\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "X, y = make_classification(200, random_state=0)\n%track --models inline\n"
        f"mlflow.set_experiment('fitted-{born}')"
    )
    if born:
        kernel.ok("run = mlflow.start_run(run_name='fitted'); mlflow.log_metric('before', 1)")
        network.mode = "closed"
        kernel.ok("mlflow.log_metric('then', 1)")
        until(lambda: "is away" in kernel.ok("%track status").text, 60)
        kernel.ok("fitted = LogisticRegression().fit(X, y); mlflow.log_text('kept', 'notes/mine.txt')")
        kernel.ok("expected = fitted.predict(X).tolist(); mlflow.end_run()")
    else:
        network.mode = "closed"
        kernel.ok(
            "with mlflow.start_run(run_name='fitted'):\n"
            "    fitted = LogisticRegression().fit(X, y); mlflow.log_text('kept', 'notes/mine.txt')\n"
            "expected = fitted.predict(X).tolist()"
        )
    network.mode = "pass"
    (run,) = found(port, "fitted", f"fitted-{born}")

    def models() -> list[mlflow.entities.LoggedModel]:
        asked = client(port).search_logged_models([run.info.experiment_id])
        return [one for one in asked if str(one.status) == "READY"]

    until(models, 120)
    until(lambda: client(port).get_run(run.info.run_id).info.status == "FINISHED", 60)
    (model,) = models()
    assert (model.name, model.source_run_id) == ("model", run.info.run_id)
    run = client(port).get_run(run.info.run_id)
    assert run.data.metrics["training_accuracy_score"] > 0.5
    assert run.data.params["C"] == "1.0"
    until(lambda: client(port).list_artifacts(run.info.run_id, "notes"), 60)
    assert client(port).list_artifacts(run.info.run_id, "notes")[0].path == "notes/mine.txt"
    files = {one.path for one in client(port).list_artifacts(run.info.run_id)}
    assert {"training_confusion_matrix.png", "estimator.html"} <= files
    loaded = f"mlflow.sklearn.load_model('models:/{model.model_id}').predict(X).tolist()"
    assert kernel.ok(f"print(expected == {loaded})").stdout.strip() == "True"
