"""Find a Chrome or Chromium for the browser tests; as a script, install Debian's when there is none.

`NBTRACK_CHROME` names one by hand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

_NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-noto-color-emoji")
_ATTEMPTS, _PAUSE = 30, 10.0  # another apt may hold the lock for minutes


def find() -> str | None:
    """Return the path of a browser, or None.

    Raises
    ------
    FileNotFoundError
        If `NBTRACK_CHROME` names a file that isn't there.
    """
    if named := os.environ.get("NBTRACK_CHROME"):
        if not Path(named).is_file():
            raise FileNotFoundError(f"NBTRACK_CHROME is {named!r}, which is not a file.")
        return named
    found = (shutil.which(name) for name in _NAMES)
    return next((path for path in (*found, *_MAC) if path and Path(path).is_file()), None)


def _apt() -> list[str] | None:
    """Return how apt-get can be called without a question, or None where it can't."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "apt-get"]
    return None


def _install(apt: list[str]) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        updated = subprocess.run([*apt, "update", "-q"], check=False).returncode == 0
        install = [*apt, "install", "-y", "-q", "--no-install-recommends", *_PACKAGES]
        if updated and subprocess.run(install, check=False).returncode == 0:
            return
        _say(f"apt did not finish (attempt {attempt} of {_ATTEMPTS}); another one may be at work.")
        time.sleep(_PAUSE)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Make sure that there is a browser, and say which."""
    chrome = find()
    if chrome is None and (apt := _apt()):
        _say(f"No Chrome or Chromium here: installing {_PACKAGES[0]} with apt.")
        _install(apt)
        chrome = find()
    if chrome is None:
        _say("No Chrome or Chromium found. Install one, or name it: NBTRACK_CHROME=… make test-ui")
        return 1
    _say(f"Browser tests use {chrome}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
