"""What git knows of a folder: commit, branch, and what is changed but not committed.

The repository may be anybody's: nothing that its configuration names is executed.
"""

from __future__ import annotations

import os
import subprocess
import threading
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LARGEST = 1_000_000  # bytes of diff that are kept
_CUT = "[cut here by nbtrack: the diff is longer than 1 MB]\n"
# Whatever a repository's own configuration could have git start; filters are seen to in `_filters_off`.
_HARMLESS = (
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never"),
    *("-c", "core.quotePath=false", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"),
)
_DIFF = (
    *("diff", "HEAD", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames"),
    "--ignore-submodules=dirty",  # to look into a submodule is to run git under its configuration
)
# Outputs and execution counts make a notebook's diff long and say nothing of what was run: the cells' sources
# are kept with the run anyway.
_NOT_NOTEBOOKS = ("--", ":/", ":(top,exclude,icase)*.ipynb")


@dataclass(frozen=True, slots=True)
class GitState:
    """The state of a work tree.

    Attributes
    ----------
    root
        Top folder of the work tree.
    commit
        Full id of HEAD's commit.
    branch
        Name of the branch, None for a detached HEAD.
    dirty
        Whether tracked files differ from the commit, notebooks included.
    diff
        What differs, without notebooks, as text; at most 1 MB and then a line that says so.
    """

    root: str
    commit: str
    branch: str | None
    dirty: bool
    diff: str


def read(folder: Path, timeout: float = 5) -> GitState | None:
    """Ask git about the work tree that `folder` lies in. Takes no lock and changes nothing.

    Parameters
    ----------
    folder
        Any folder of the work tree.
    timeout
        Seconds for each of at most five questions.

    Returns
    -------
    GitState or None
        None without git, outside of a work tree, before the first commit, and when git takes too long or
        does not trust the folder's owner.
    """
    try:
        heads = _git(folder, timeout, "rev-parse", "--show-toplevel", "HEAD")
        root, commit = os.fsdecode(heads).splitlines()
        safe = _filters_off(folder, timeout)
        branch = _git(folder, timeout, "symbolic-ref", "--quiet", "--short", "HEAD", may_fail=True)
        dirty = bool(_git(folder, timeout, *_DIFF, "--name-only", "--", ":/", more=safe))
        diff = _git(folder, timeout, *_DIFF, *_NOT_NOTEBOOKS, more=safe) if dirty else b""
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return GitState(root, commit, os.fsdecode(branch).strip() or None, dirty, _text(diff))


def _git(
    folder: Path,
    timeout: float,
    *arguments: str,
    may_fail: bool = False,
    more: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Return what git prints, at most a byte more than is kept.

    Raises
    ------
    OSError
        If git or the folder is missing.
    subprocess.SubprocessError
        If git fails and may not, or takes too long.
    """
    command = ["git", "--no-optional-locks", "--no-pager", *_HARMLESS, *arguments]
    with subprocess.Popen(  # noqa: S603 - a fixed program, no shell
        command,
        cwd=folder,
        env={**_environment(), **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        alarm = threading.Timer(timeout, stop)
        alarm.daemon = True
        alarm.start()
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            output = process.stdout.read(_LARGEST + 1)
            if len(output) > _LARGEST:
                process.kill()  # the rest of a huge diff is not even made
                return output
            status = process.wait()
        finally:
            alarm.cancel()
            process.kill()
    if late.is_set():
        raise subprocess.TimeoutExpired(command, timeout)
    if status and not may_fail:
        raise subprocess.CalledProcessError(status, command)
    return output


def _environment() -> dict[str, str]:
    """Leave out what would have git look at another repository, as inside of a git hook."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES"):
        if name in os.environ:
            kept[name] = os.environ[name]
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


def _filters_off(folder: Path, timeout: float) -> dict[str, str]:
    """Return the environment that switches off the filters which the repository itself configures.

    A filter is a program that git runs over changed files. Those in the user's own configuration, such as
    LFS, stay on. Where nbstripout is set up in a repository alone, its notebooks count as changed.
    """
    asked = ("config", "--show-scope", "--name-only", "-z", "--get-regexp", r"^filter\.")
    fields = os.fsdecode(_git(folder, timeout, *asked, may_fail=True)).split("\0")
    own = {
        key.rpartition(".")[0]
        for scope, key in zip(fields[::2], fields[1::2], strict=False)
        if scope not in {"global", "system"}
    }
    off = [
        (f"{name}.{key}", value)
        for name in sorted(own)
        for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    ]
    # By environment and not with `-c`, which takes a name with `=` in it for another key.
    environment = {"GIT_CONFIG_COUNT": str(len(off))}
    for number, (key, value) in enumerate(off):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return environment


def _text(diff: bytes) -> str:
    if len(diff) <= _LARGEST:
        return diff.decode("utf-8", "replace")
    whole_lines = diff[: diff.rfind(b"\n", 0, _LARGEST) + 1] or diff[:_LARGEST]
    return whole_lines.decode("utf-8", "replace") + _CUT
