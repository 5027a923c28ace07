"""Who is measured in `calls`: each logs one metric, in a process of its own, in its own way."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.benchmarks.shell import Shell

# A loop that logs once a millisecond finds caches and clock speeds of another kind than one that only logs.
PAUSE = 0.001
MOST_PACED = 300
# An environment of the peers' own: their dependencies are many, and need not suit ours.
_PEERS = Path(".venv-peers/bin/python").absolute()


@dataclass(frozen=True)
class Contender:
    """One way to log.

    Attributes
    ----------
    setup
        Cells that get it ready.
    call
        Logs one point; `n` is its step.
    calls
        How many of them are a repetition.
    after
        A cell that waits for what is done behind the calls: whoever is next must not pay for it.
    why_not
        Why it can't be measured here, "" where it can.
    python
        The interpreter of the environment that it is installed in.
    """

    name: str
    setup: tuple[str, ...]
    call: str
    calls: int
    after: str = "pass"
    why_not: str = ""
    python: str = sys.executable

    def measured(self, shell: Shell, first: int, pause: float, most: int) -> list[float]:
        """Return the microseconds of each call of one repetition, whose steps count from `first`."""
        number = min(self.calls, MOST_PACED if pause else most, most)
        with TemporaryDirectory(prefix="nbtrack-bench-") as folder:
            into = Path(folder) / "took.json"
            shell.ms(_LOOP.format(call=self.call, first=first, last=first + number, pause=pause))
            shell.ms(f"import pathlib, json; _ = pathlib.Path({str(into)!r}).write_text(json.dumps(took))")
            took: list[int] = json.loads(into.read_text())
        shell.ms(self.after)
        return [one / 1000 for one in took]


# The call stands in the loop itself: a function around it would be dearer than the cheapest contenders.
_LOOP = """
import time
def measured(clock=time.perf_counter_ns, sleep=time.sleep, pause={pause}):
    took = []
    add = took.append
    for n in range({first}, {last}):
        begun = clock()
        {call}
        add(clock() - begun)
        if pause:
            sleep(pause)
    return took
took = measured()
"""

_SYNC = "mlflow.log_metric('m', 1.0, step=n)"
_ASYNC = "mlflow.log_metric('m', 1.0, step=n, synchronous=False)"
_FLUSH = "mlflow.flush_async_logging()"
_NATIVE = "nbtrack.log(step=n, m=1.0)"
_READ = "_ = mlflow.get_run(run.info.run_id)"  # answers when the store has what was logged
SQLITE = "sqlite:///mlflow.db"
# Where nbtrack has turned itself off, MLflow's own calls would be measured under its name.
_JOURNALLED = "from nbtrack.journal import places; assert any(places.root().glob('*/*.jsonl')), 'no journal'"


def _mlflow(uri: str) -> tuple[str, ...]:
    return (f"import mlflow; mlflow.set_tracking_uri({uri!r}); run = mlflow.start_run()",)


def _nbtrack(uri: str) -> tuple[str, ...]:
    return ("import nbtrack\n%load_ext nbtrack", *_mlflow(uri), _JOURNALLED)


def contenders(server: str) -> list[Contender]:
    """Return all; the slow ones make fewer calls, and so do those that have much to do behind them."""
    return [
        Contender("the clock alone", (), "pass", 2000),
        Contender("floor: deque append", (_DEQUE,), "append(('m', 1.0, n))", 2000),
        Contender("floor: f-string, one os.write", (_FILE,), _WRITE, 2000),
        Contender("nbtrack.log → SQLite", _nbtrack(SQLITE), _NATIVE, 1000, _READ),
        Contender("nbtrack.log → server", _nbtrack(server), _NATIVE, 1000, _READ),
        Contender("nbtrack, mlflow.log_metric → SQLite", _nbtrack(SQLITE), _SYNC, 1000, _READ),
        Contender("nbtrack, mlflow.log_metric → server", _nbtrack(server), _SYNC, 1000, _READ),
        Contender("MLflow, asynchronous → SQLite", _mlflow(SQLITE), _ASYNC, 200, _FLUSH),
        Contender("MLflow, asynchronous → server", _mlflow(server), _ASYNC, 200, _FLUSH),
        Contender("MLflow → SQLite", _mlflow(SQLITE), _SYNC, 100),
        Contender("MLflow → server", _mlflow(server), _SYNC, 60),
        *(
            Contender(name, (setup,), call, 500, why_not=_lacking(), python=str(_PEERS))
            for name, (setup, call) in PEERS.items()
        ),
    ]


def _lacking() -> str:
    return "" if _PEERS.exists() else "`make bench-peers` installs it"


_DEQUE = "from collections import deque; append = deque().append"
_FILE = (
    "import os\nfrom os import write\nrun = '0' * 32\n"
    "file = os.open('floor.jsonl', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)"
)
_WRITE = """write(file, f'["metric","{run}","m",{1.0!r},1700000000000,{n}]\\n'.encode())"""

_SCALAR = "writer.add_scalar('m', 1.0, n)"
_CLEARML = (
    "from clearml import Task; Task.set_offline(True); quiet = {'auto_resource_monitoring': False}\n"
    "log = Task.init('p', 't', auto_connect_frameworks=False, **quiet).get_logger()"
)
# Each keeps what it is given on this disk. None is a dependency of this project.
PEERS = {
    "tensorboardX": ("from tensorboardX import SummaryWriter; writer = SummaryWriter('logs')", _SCALAR),
    "torch's SummaryWriter": (
        "from torch.utils.tensorboard import SummaryWriter; writer = SummaryWriter('logs')",
        _SCALAR,
    ),
    "Trackio": ("import trackio; trackio.init(project='p')", "trackio.log({'m': 1.0}, step=n)"),
    "W&B offline": (
        "import wandb; run = wandb.init(project='p', mode='offline')",
        "run.log({'m': 1.0}, step=n)",
    ),
    "Aim": (
        "from aim import Run; run = Run(repo='.', system_tracking_interval=None)",
        "run.track(1.0, name='m', step=n)",
    ),
    "ClearML offline": (
        _CLEARML,
        "log.report_scalar('m', 'm', value=1.0, iteration=n)",
    ),
    "Comet offline": (
        "import comet_ml; run = comet_ml.OfflineExperiment(project_name='p', offline_directory='.')",
        "run.log_metric('m', 1.0, step=n)",
    ),
    "DVCLive": (
        "from dvclive import Live; live = Live(save_dvc_exp=False, dvcyaml=None)",
        "live.log_metric('m', 1.0); live.next_step()",
    ),
}
