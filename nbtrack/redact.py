"""Taking secrets out of what is kept with a run: cell sources, diffs, exception messages.

The patterns are those of detect-secrets, which is maintained, has no service behind it, and needs no process.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbtrack.detectors import Detector

REDACTED = "[redacted]"
FAILED = "[not captured: the secret scan failed]"

_log = logging.getLogger(__name__)


def redact(text: str) -> str:
    """Return the text with every secret replaced by `[redacted]`, and all else as it was; never raises.

    When the scan itself fails, `FAILED` is returned: a text that was not scanned is not kept.
    """
    try:
        lowered = text.lower()
        spans = sorted(span for detector in _detectors() for span in detector.spans(text, lowered))
    except Exception:  # noqa: BLE001 - a plugin's fault must neither stop a cell nor let a secret out
        _log.warning("the secret scan failed", exc_info=True)
        return FAILED
    pieces, done = [], 0
    for start, end in spans:
        if end <= done or start == end:
            continue
        if start >= done:
            pieces += [text[done:start], REDACTED]
        done = end  # one that overlaps the last is covered by the same word
    return "".join([*pieces, text[done:]])


@functools.cache
def _detectors() -> tuple[Detector, ...]:
    from nbtrack.detectors import all_detectors

    return all_detectors()
