"""What git says of a folder, asked of real repositories, some of them hostile."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from nbtrack import gitstate

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "ünser repo"
    (folder / "deep").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "trunk")
    (folder / "train.py").write_text("C = 1\n")
    (folder / "deep" / "a.ipynb").write_text('{"cells": []}\n')
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def read(folder: Path) -> gitstate.GitState:
    state = gitstate.read(folder)
    assert state is not None
    return state


def test_a_clean_work_tree(repo: Path) -> None:
    commit = git(repo, "rev-parse", "HEAD")
    clean = gitstate.GitState(str(repo), commit, "trunk", dirty=False, diff="")
    assert read(repo / "deep") == clean
    (repo / "untracked.py").touch()
    assert read(repo) == clean


def test_changes_are_in_the_diff_staged_or_not(repo: Path) -> None:
    (repo / "train.py").write_text("C = 2\n")
    (repo / "new_ü.py").write_text("x = 1\n")
    git(repo, "add", "new_ü.py")
    state = read(repo / "deep")
    assert state.dirty
    assert "-C = 1\n+C = 2\n" in state.diff
    assert "+++ b/new_ü.py\n@@ -0,0 +1 @@\n+x = 1\n" in state.diff
    git(repo, "stash", "-q")
    subprocess.run(["git", "apply"], cwd=repo, input=state.diff, text=True, check=True)
    assert (repo / "train.py").read_text() == "C = 2\n"


def test_a_notebook_makes_it_dirty_but_is_not_in_the_diff(repo: Path) -> None:
    (repo / "deep" / "a.ipynb").write_text('{"cells": [1]}\n')
    state = read(repo)
    assert state.dirty
    assert state.diff == ""


def test_a_detached_head_has_no_branch(repo: Path) -> None:
    git(repo, "checkout", "-q", "--detach")
    assert read(repo).branch is None


def test_where_git_has_nothing_to_say(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    empty = tmp_path / "empty"
    empty.mkdir()
    assert gitstate.read(empty) is None
    git(empty, "init", "-q")
    assert gitstate.read(empty) is None
    assert gitstate.read(tmp_path / "missing") is None
    assert gitstate.read(repo / ".git") is None
    assert gitstate.read(repo, timeout=0) is None
    monkeypatch.setenv("PATH", str(empty))
    assert gitstate.read(repo) is None


def test_another_repository_in_the_environment_is_not_meant(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert read(repo).branch == "trunk"


def test_a_long_diff_is_cut_at_a_line_and_says_so(repo: Path) -> None:
    (repo / "train.py").write_text("".join(f"x = {number}\n" for number in range(1_000_000)))
    started = time.perf_counter()
    state = read(repo)
    assert time.perf_counter() - started < 5
    *_, last, cut = state.diff.splitlines()
    assert last.startswith("+x = ")
    assert "cut here" in cut
    assert len(state.diff.encode()) < 1_000_200


def test_bytes_that_are_no_text_are_kept_as_well_as_can_be(repo: Path) -> None:
    (repo / "train.py").write_bytes(b"C = '\xff'\n")
    assert "+C = '\ufffd'" in read(repo).diff


def test_nothing_that_a_repository_names_is_executed(repo: Path, tmp_path: Path) -> None:
    proof = tmp_path / "executed"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch '{proof}'\ncat\n")
    script.chmod(0o755)
    (repo / ".gitattributes").write_text("*.py diff=evil filter=evil\n*.ipynb filter=e=vil\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "attributes")
    for key in (
        *("core.fsmonitor", "core.pager", "diff.external", "diff.evil.command", "diff.evil.textconv"),
        *("filter.evil.clean", "filter.evil.process", "filter.e=vil.clean", "core.sshCommand"),
    ):
        git(repo, "config", key, str(script))
    git(repo, "config", "filter.evil.required", "true")
    for hook in ("post-index-change", "reference-transaction"):
        (repo / ".git" / "hooks" / hook).write_text(script.read_text())
        (repo / ".git" / "hooks" / hook).chmod(0o755)
    (repo / "train.py").write_text("C = 3\n")
    (repo / "deep" / "a.ipynb").write_text("{}\n")
    os.utime(repo / "train.py", (1, 1))
    state = read(repo)
    assert "+C = 3\n" in state.diff
    assert not proof.exists()
    subprocess.run(["git", "status"], cwd=repo, check=False, capture_output=True)
    assert proof.exists(), "the trap itself does not work"


def test_the_users_own_filters_stay_on(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "gitconfig"
    config.write_text('[filter "upper"]\n\tclean = tr a-z A-Z\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    (repo / ".gitattributes").write_text("train.py filter=upper\n")
    (repo / "train.py").write_text("c = 1\n")
    assert not read(repo).dirty


def test_no_lock_is_taken_and_the_index_is_left_alone(repo: Path) -> None:
    os.utime(repo / "train.py", (1, 1))
    (repo / ".git" / "index.lock").touch()
    before = (repo / ".git" / "index").read_bytes()
    assert not read(repo).dirty
    assert (repo / ".git" / "index").read_bytes() == before
