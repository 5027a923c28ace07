from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nbtrack import project
from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pyproject.toml"
    file.write_text(text)
    return file


def test_no_table_is_an_empty_project(tmp_path: Path) -> None:
    write(tmp_path, "[tool.other]\n")
    assert project.nearest(tmp_path).stores == ()


def test_nearest_table_counts_alone(tmp_path: Path) -> None:
    write(tmp_path, '[tool.nbtrack.stores]\nfar = "sqlite:///far.db"\n')
    file = write(tmp_path / "near", '[tool.nbtrack]\nexperiment = "x"\n')
    assert project.nearest(tmp_path / "near" / "below") == project.Project(file, None, "x")


def test_stores_keep_their_order(tmp_path: Path) -> None:
    write(tmp_path, '[tool.nbtrack.stores]\nb = "sqlite:///b.db"\n"the team\'s" = "https://h"\na = "a.db"\n')
    assert project.nearest(tmp_path).stores == (
        ("b", "sqlite:///b.db"),
        ("the team's", "https://h"),
        ("a", "a.db"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "[tool.nbtrack]\nstores = 1\n",
        "[tool.nbtrack.stores]\nx = 1\n",
        '[tool.nbtrack.stores]\nx = ""\n',
        '[tool.nbtrack.stores]\nworkspace = "x.db"\n',
        '[tool.nbtrack.stores]\n"kernel:1" = "x.db"\n',
        '[tool.nbtrack.stores]\n" " = "x.db"\n',
        "[tool.nbtrack.stores.x]\nuri = 1\n",
    ],
)
def test_a_broken_table_names_its_file(text: str, tmp_path: Path) -> None:
    file = write(tmp_path, text)
    with pytest.raises(Invalid) as raised:
        project.nearest(tmp_path)
    assert str(file) in raised.value.message
    assert raised.value.hint
