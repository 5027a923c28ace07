"""Points that are lost: of a process that is killed, and while a server is away.

Everybody logs at the same time, since nothing is timed here. `python -m tests.benchmarks.losses` prints it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from tests.benchmarks.calling import SQLITE
from tests.benchmarks.shell import BrokenError, Shell
from tests.benchmarks.table import Line, printed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

POINTS = 10_000
# How long the store may take to have all, and how long a loop may last.
PATIENCE = 30.0
LONGEST = 60.0
OURS = "nbtrack"
SYNC, ASYNC = "MLflow", "MLflow, asynchronous"
_EXTRA = {OURS: "", SYNC: "", ASYNC: ", synchronous=False"}

# The process ends itself as the out-of-memory killer would, as soon as its last call has returned.
_KILLED = """
import os
for n in range({points}): mlflow.log_metric('m', 1.0, step=n{extra})
os.kill(os.getpid(), 9)
"""
# Without retries: MLflow's own would let one call wait for minutes, and the loop would not end in time.
_IMPATIENT = (
    "import os; os.environ.update(MLFLOW_HTTP_REQUEST_MAX_RETRIES='0', MLFLOW_HTTP_REQUEST_TIMEOUT='5')"
)
_AWAY = """
import json, pathlib, time
raised = 0
until = time.monotonic() + {longest}
for n in range({points}):
    try: mlflow.log_metric({key!r}, 1.0, step=n{extra})
    except Exception: raised += 1
    time.sleep(0.0005)
    if time.monotonic() > until: break
pathlib.Path('said.json').write_text(json.dumps([n + 1, raised]))
"""
_FLUSH = "try: mlflow.flush_async_logging()\nexcept Exception: pass"


def killed() -> Iterator[Line]:
    """Kill each right after its last call; look what its SQLite store has in the end."""
    with ExitStack() as stack:
        shells = {name: stack.enter_context(Shell(*_setup(name, SQLITE))) for name in (OURS, SYNC, ASYNC)}
        for shell in shells.values():
            shell.settle()
        for name, shell in shells.items():
            shell._ask(_KILLED.format(points=POINTS, extra=_EXTRA[name]))
        stores = {name: _folder(shell) / "mlflow.db" for name, shell in shells.items()}
        for shell in shells.values():
            with suppress(BrokenError):  # it has ended, as it should
                shell._answer()
        _wait(lambda: _stored(stores[OURS], "m") >= POINTS)
        lost = {name: POINTS - _stored(store, "m") for name, store in stores.items()}
    yield from _lines(f"points lost of {POINTS:,} at SIGKILL, SQLite", lost, {})


def away() -> Iterator[Line]:
    """Kill the server in the middle of all loops, start it again after them; look what it has in the end."""
    import json

    from tests.unit.registering.servers import new_server

    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="nbtrack-bench-", ignore_cleanup_errors=True)
        )
        server = stack.enter_context(new_server(Path(folder)))
        shells = {
            name: stack.enter_context(Shell(_IMPATIENT, *_setup(name, server.uri)))
            for name in (OURS, SYNC, ASYNC)
        }
        for shell in shells.values():
            shell.settle()
        for name, shell in shells.items():
            shell._ask(
                _AWAY.format(points=POINTS, extra=_EXTRA[name], key=name.replace(", ", "-"), longest=LONGEST)
            )
        sleep(4)
        server.kill()
        for shell in shells.values():
            shell._answer()
        server.start()
        shells[ASYNC].ms(_FLUSH)
        store = Path(folder) / "server.db"
        said = {name: json.loads((_folder(one) / "said.json").read_text()) for name, one in shells.items()}
        _wait(lambda: _stored(store, OURS) >= said[OURS][0])
        lost = {name: said[name][0] - _stored(store, name.replace(", ", "-")) for name in shells}
    most = max(calls for calls, _ in said.values())
    raised = {name: f", {raised:,} calls raised" for name, (_, raised) in said.items()}
    yield from _lines(f"points lost of {most:,} while the server is away", lost, raised)


def _lines(what: str, lost: Mapping[str, int], more: Mapping[str, str]) -> Iterator[Line]:
    for name in (SYNC, ASYNC):
        yield Line(
            what,
            f"{name}{more.get(name, '')}",
            f"{lost[name]:,} lost",
            f"{lost[OURS]:,} lost",
            "",
            "",
            "1",
            "ours = 0",
            "met" if lost[OURS] == 0 else "MISSED",
        )


def _setup(name: str, uri: str) -> tuple[str, ...]:
    first = ("import nbtrack\n%load_ext nbtrack",) if name == OURS else ()
    return (*first, f"import mlflow; mlflow.set_tracking_uri({uri!r}); run = mlflow.start_run()")


def _folder(shell: Shell) -> Path:
    return Path(shell._home.name) / "study"


def _stored(store: Path, key: str) -> int:
    """Count by SQL: it is what lies on the disk, whoever looks."""
    with closing(sqlite3.connect(store, timeout=10)) as connection:
        found = connection.execute("SELECT count(DISTINCT step) FROM metrics WHERE key = ?", (key,))
        return int(found.fetchone()[0])


def _wait(true: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE
    while not true() and monotonic() < until:
        sleep(0.25)


if __name__ == "__main__":
    for measured in (killed, away):  # what is known is shown, should the server not start
        print(printed(measured()), flush=True)  # noqa: T201 - it is a command
