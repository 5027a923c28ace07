"""The process of `tests.benchmarks.shell.Shell`: executes cells as a kernel does, and times them.

A line of JSON comes in on standard input, one goes out on what was standard output. It is started by its
path, outside the package, so that nothing but what a cell imports is there.
"""

from __future__ import annotations

import json
import os
import sys
from time import perf_counter, sleep
from typing import Any

from IPython.core.interactiveshell import InteractiveShell


def execute(shell: Any, code: str, times: int, rest: float) -> dict[str, Any]:
    """Execute a cell some times; return the milliseconds of each, and what went wrong."""
    took = []
    for _ in range(times):
        begun = perf_counter()
        result = shell.run_cell(code, store_history=True, cell_id="benchmark")
        took.append((perf_counter() - begun) * 1000)
        if not result.success:
            return {"failed": repr(result.error_before_exec or result.error_in_exec)}
        sleep(rest)
    return {"ms": took}


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what cells print is no answer
    shell = InteractiveShell.instance()
    for line in sys.stdin:
        print(json.dumps(execute(shell, **json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
