"""The process of one store: `python -P -m nbtrack.store`.

A line of JSON comes in on standard input, `{"id": 1, "call": "runs", "args": {…}}`; the first is
`{"uri": …, "root": …}` and gets no answer. An answer goes out as a line of JSON, `{"id": 1, "ok": true,
"etag": …, "size": N}`, followed by N bytes. It ends with its input.

MLflow lives here and not in the Jupyter server: its import holds the interpreter for seconds, its limits of
time are environment variables, and a thread that hangs in a dead server can only be ended with its process.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid, NbtrackError
from nbtrack.store.asking import ask
from nbtrack.store.opened import Store
from nbtrack.store.wire import Answers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

_THREADS = 6  # as many as the server has calls in flight: none waits for others that a server lets hang
_LAST = 2.0  # seconds for writes that are under way when the input ends
# MLflow's own are 120 s and 7 times: who looks at a list does not wait so long, whatever the Jupyter server
# was started with. Here and not in the server, whose environment kernels inherit.
_ENVIRONMENT = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "4",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


def answer(store: Store, answers: Answers, line: bytes) -> None:
    """Do what a line asks, and answer it."""
    call_id = None
    try:
        call_id, name, arguments = _read(line)
        result = ask(store, name, arguments)
    except NbtrackError as error:
        answers.fail(call_id, error)
    else:
        answers.send(call_id, result)


def serve(store: Store, answers: Answers, lines: Iterable[bytes]) -> None:
    """Answer until the input ends; a few at a time, each when it is ready."""
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="nbtrack-call")
    running: set[Future[None]] = set()
    for line in lines:
        running = {one for one in running if not one.done()}
        running.add(pool.submit(answer, store, answers, line))
    pool.shutdown(wait=False, cancel_futures=True)
    wait(running, _LAST)


def _read(line: bytes) -> tuple[Any, str, dict[str, Any]]:
    """Return id, name and arguments of a call."""
    try:
        call = json.loads(line)
        return call["id"], call["call"], call.get("args") or {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid("That is no call.", hint='Send {"id": …, "call": …, "args": {…}}.') from error


def main() -> None:
    """Read which store it is, and serve it."""
    answers = Answers(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # what libraries print is no answer
    first = json.loads(sys.stdin.buffer.readline() or b"{}")
    if "uri" not in first:
        return
    os.environ.update(_ENVIRONMENT)
    root = Path(first.get("root") or ".")
    with suppress(OSError):
        os.chdir(root)  # relative artifact locations are meant from there
    store = Store(first["uri"], root)
    store.warm_up()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        serve(store, answers, sys.stdin.buffer)
    os._exit(0)  # a thread may hang in a dead server


if __name__ == "__main__":
    main()
