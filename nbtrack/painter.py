"""Draws charts as PNG in a process of its own: vl-convert holds the interpreter's lock while it draws."""

from __future__ import annotations

import base64
import importlib.util
import json
import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger(__name__)

_PATIENCE = 60.0  # seconds that a picture may take
_IDLE = 60.0  # seconds without one after which the process ends: it holds 160 MB


class Painter:
    """A process of low priority that is started for the first picture and ends when none is asked for.

    Not safe for threads: it belongs to the one that draws. The process ends with this one, by whatever cause:
    its input does.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None

    def png(self, spec: Mapping[str, Any], limit: int | None = None) -> bytes | None:
        """Draw a specification, without a browser or the network.

        The first takes a second or two, those that follow less.

        Parameters
        ----------
        spec
            Vega-Lite 5.
        limit
            Bytes; the picture gets coarser to fit.

        Returns
        -------
        bytes or None
            None where it doesn't fit, or vl-convert is missing or can't draw it.
        """
        if importlib.util.find_spec("vl_convert") is None:
            return None
        if self._idle is not None:
            self._idle.cancel()
        watch = threading.Timer(_PATIENCE, self.close)
        watch.daemon = True
        watch.start()
        try:
            return self._ask({"spec": spec, "limit": limit})
        except (OSError, ValueError) as error:
            _log.info("could not draw a chart as PNG: %s", error)
            self.close()
            return None
        finally:
            watch.cancel()
            self._idle = threading.Timer(_IDLE, self.close)
            self._idle.daemon = True
            self._idle.start()

    def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _ask(self, wish: dict[str, Any]) -> bytes | None:
        if self._process is None or self._process.poll() is not None:
            # -P: modules in the user's folder are not mistaken for the library's. A session of its own: an
            # interrupt of the cell goes to the kernel's whole process group.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "nbtrack.painting"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        pipe, answers = self._process.stdin, self._process.stdout
        if pipe is None or answers is None:
            return None
        pipe.write(json.dumps(wish).encode() + b"\n")
        pipe.flush()
        return base64.b64decode(answers.readline().strip(), validate=True) or None
