"""`%%track_run` as an input transform.

A cell magic that called `run_cell` would answer «ok» for a body that failed, and Run All would go on. So the
first line becomes the line magic and the body stays the cell's own code.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from IPython.core.inputtransformer2 import cell_magic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

_MAGIC = "%%track_run"


def expand(lines: list[str]) -> list[str]:
    """Turn a leading `%%track_run …` into a call of the line magic; leave all else alone."""
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return lines
    head = lines[first].strip()
    name, _, rest = head.partition(" ")
    if name != _MAGIC or head.endswith("?"):
        return lines
    body = lines[first + 1 :]
    call = f"get_ipython().run_line_magic({_MAGIC[2:]!r}, {rest.strip()!r})\n"
    # Another cell magic below (%%time) is only known as such on a first line.
    return ["\n"] * first + [call, *cell_magic(body)]


@contextlib.contextmanager
def registered(shell: InteractiveShell) -> Iterator[None]:
    """Put the transform into IPython's list, and take it out."""
    shell.input_transformers_cleanup.append(expand)
    try:
        yield
    finally:
        shell.input_transformers_cleanup.remove(expand)
