"""A tracking server that falls silent, breaks off or dies during a cell: nothing waits, nothing is lost."""

from __future__ import annotations

import re
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

POINTS = 3000


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mlflow_server(tmp_path_factory.mktemp("server")) as port:
        yield port


@pytest.fixture
def network(port: int) -> Iterator[Network]:
    with closing(Network(port)) as network:
        yield network


@pytest.fixture
def kernel(bare: Callable[..., LiveKernel], network: Network) -> LiveKernel:
    uri = f"http://me:canary@127.0.0.1:{network.port}"
    made = bare(env={"MLFLOW_TRACKING_URI": uri})
    made.ok("%load_ext nbtrack")
    made.ok("import mlflow, time\nmlflow.set_experiment('study')\nrun = mlflow.start_run()")
    return made


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("500", "answered with an error (500)"),
        ("429", "asks for fewer requests (429)"),
        ("401", "asks for a login that it did not get (Set MLFLOW_TRACKING_USERNAME"),
        ("half", "broke off in the middle of its answer"),
        ("closed", "broke off in the middle of its answer"),
        ("mute", "is there but does not answer"),
    ],
)
def test_a_server_in_trouble_costs_the_cell_nothing(
    kernel: LiveKernel, network: Network, port: int, mode: Mode, told: str
) -> None:
    network.mode = mode
    reply = kernel.ok(
        "began = time.monotonic()\n"
        f"for n in range({POINTS}): mlflow.log_metric('a', n, step=n)\n"
        "mlflow.log_param('p', 1); mlflow.set_tag('t', 'x'); mlflow.end_run()\n"
        "print(time.monotonic() - began)"
    )
    assert float(reply.stdout) < 2.5
    run_id = kernel.ok("print(run.info.run_id)").stdout.strip()

    said = ""

    def has_said(words: str) -> bool:
        nonlocal said
        said += kernel.ok("1").stderr
        return words in said

    until(lambda: has_said("is away"), 60)
    assert f"is away: MLflow server · 127.0.0.1:{network.port} {told}" in said
    network.mode = "pass"
    client = mlflow.MlflowClient(f"http://127.0.0.1:{port}")
    until(lambda: client.get_run(run_id).info.status == "FINISHED", 90)
    history = client.get_metric_history(run_id, "a")
    assert sorted(one.step for one in history) == list(range(POINTS))
    found = client.get_run(run_id).data
    assert (found.params, found.tags["t"]) == ({"p": "1"}, "x")
    until(lambda: has_said("answers again"), 60)
    assert said.count("nbtrack:") == 2
    # The password reached the sender without a file.
    files = [one for one in (kernel.folder.parent / "home").rglob("journal/*/*") if one.is_file()]
    assert files
    assert not any(b"canary" in one.read_bytes() for one in files)


def test_a_killed_kernel_and_a_silent_server(kernel: LiveKernel, network: Network, port: int) -> None:
    network.mode = "mute"
    kernel.ok(f"for n in range({POINTS}): mlflow.log_metric('a', n, step=n)")
    run_id = kernel.ok("print(run.info.run_id)").stdout.strip()
    kernel.kill()
    network.mode = "pass"
    client = mlflow.MlflowClient(f"http://127.0.0.1:{port}")
    until(lambda: client.get_run(run_id).info.status == "KILLED", 90)
    history = client.get_metric_history(run_id, "a")
    assert sorted(one.step for one in history) == list(range(POINTS))


def test_the_card_says_how_far_the_store_is_behind(kernel: LiveKernel, network: Network) -> None:
    kernel.listen()
    network.mode = "mute"
    kernel.ok("for n in range(800): mlflow.log_metric('a', n, step=n); time.sleep(0.01)")
    said = [str(head["behind"]) for _, head, _ in kernel.frames if head["behind"]]
    assert said
    assert all(re.fullmatch(r"\d+ s behind, [\d,]+ points kept on disk", one) for one in said)
    assert kernel.frames[-1][1]["behind"] is None
    network.mode = "pass"
    until(lambda: "all stored" in kernel.ok("%track status").text, 60)


def test_all_points_of_a_fast_loop_reach_a_slow_server(
    kernel: LiveKernel, network: Network, port: int
) -> None:
    network.delay = 0.05
    kernel.ok("for n in range(10_000): mlflow.log_metric('a', n, step=n)\nmlflow.end_run()")
    run_id = kernel.ok("print(run.info.run_id)").stdout.strip()
    client = mlflow.MlflowClient(f"http://127.0.0.1:{port}")
    until(lambda: client.get_run(run_id).info.status == "FINISHED", 90)
    history = client.get_metric_history(run_id, "a")
    assert sorted((one.step, one.value) for one in history) == [(n, float(n)) for n in range(10_000)]
