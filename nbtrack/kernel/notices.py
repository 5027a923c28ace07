"""What nbtrack has to say to the user: a sentence, once, at a moment that disturbs no output."""

from __future__ import annotations

import sys
import threading


class Notices:
    """Sentences for the user.

    `tell` may be called from any thread; the sentence is written to stderr by `speak`, which the kernel
    calls between cells, so that it lands under the right cell and never inside a progress bar.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: list[str] = []
        self._waiting: list[str] = []

    @property
    def told(self) -> tuple[str, ...]:
        """Everything said or to be said in this kernel."""
        return tuple(self._told)

    def tell(self, sentence: str) -> None:
        """Say `sentence` at the next pause, unless it was said before."""
        with self._lock:
            if sentence not in self._told:
                self._told.append(sentence)
                self._waiting.append(sentence)

    def speak(self) -> None:
        """Write what is waiting."""
        if not self._waiting:
            return
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for sentence in waiting:
            sys.stderr.write(f"nbtrack: {sentence}\n")
