"""Tracking servers in trouble, as somebody sees them who has the sidebar open."""

from __future__ import annotations

import contextlib
import re
import time
from statistics import median
from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient
from playwright.sync_api import expect

from nbtrack import storefile
from tests.server.proxy import Network, mlflow_server
from tests.ui.lab import PATIENCE, go
from tests.ui.pulse import LOCAL, STATUS, Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    from tests.server.proxy import Mode
    from tests.ui.lab import Lab

TAB = '.jp-SideBar [data-id="nbtrack-sidebar"]'
PANEL = "#nbtrack-sidebar"
# What the panel says of each; which of the two a mute server meets depends on who loses patience first.
SAYS: dict[Mode, str] = {
    "mute": r"is there but does not answer|has not answered for 5 seconds",
    "500": r"answered with an error \(500\)",
    "half": r"broke off in the middle of its answer",
    "401": r"asks for a login that it did not get",
}
SOON = 60_000  # milliseconds; 5 s are the goal, which a machine may miss that is busy with MLflow's import


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Mode, Network]]:
    """Return a way to one and the same MLflow server for each trouble; all pass on what they get."""
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(mlflow_server(tmp_path_factory.mktemp("mlflow-server")))
        client = MlflowClient(f"http://127.0.0.1:{port}")
        client.create_run(client.create_experiment("remote"), run_name="far away")
        networks: dict[Mode, Network] = {}
        for mode in SAYS:
            networks[mode] = Network(port)
            stack.callback(networks[mode].close)
        yield networks


@pytest.fixture(scope="module")
def named(lab: Lab, networks: dict[Mode, Network]) -> Lab:
    """Return a Lab with a store of its own and one behind each network."""
    storefile.create(lab.root / "mlflow.db", artifacts=None, ours=True)
    client = MlflowClient(f"sqlite:///{lab.root}/mlflow.db")
    client.create_run(client.create_experiment("local"), run_name="close by")
    lines = [f'"in {mode}" = "http://127.0.0.1:{one.port}"' for mode, one in networks.items()]
    (lab.root / "pyproject.toml").write_text("\n".join(["[tool.nbtrack.stores]", *lines, ""]))
    return lab


@pytest.fixture
def panel(named: Lab, page: Page) -> Locator:
    go(page, named.url())
    page.locator(TAB).click()
    panel = page.locator(PANEL)
    expect(rows(panel)).to_contain_text(["close by"], timeout=PATIENCE)
    return panel


def test_trouble_is_told_and_ends_by_itself(
    panel: Locator, lab: Lab, networks: dict[Mode, Network], picture: Callable[..., None]
) -> None:
    for mode, network in networks.items():
        network.mode = mode
    with Pulse(lab) as pulse:
        for mode, network in networks.items():
            choose(panel, f"in {mode}")
            told = seconds(lambda words=SAYS[mode]: expect_alert(panel, words))  # type: ignore[misc]
            expect(rows(panel)).to_have_count(0)
            picture(panel.page, mode)
            network.mode = "pass"
            well = seconds(lambda: expect(rows(panel)).to_contain_text(["far away"], timeout=SOON))
            expect(panel.get_by_role("alert")).to_have_count(0, timeout=SOON)
            choose(panel, "workspace")
            other = seconds(lambda: expect(rows(panel)).to_contain_text(["close by"], timeout=SOON))
            say(
                f"{mode}: told after {told:.1f} s, well after {well:.1f} s, another store after {other:.1f} s"
            )
    judge(pulse)


def test_what_is_shown_stays_while_its_server_is_in_trouble(
    panel: Locator, lab: Lab, networks: dict[Mode, Network], picture: Callable[..., None]
) -> None:
    network = networks["mute"]
    network.mode = "pass"
    choose(panel, "in mute")
    expect(rows(panel)).to_contain_text(["far away"], timeout=PATIENCE)
    stale = panel.locator(".nbtrack-Stale")
    with Pulse(lab) as pulse:
        network.mode = "mute"
        told = seconds(lambda: expect(stale).to_contain_text("showing what it said at", timeout=SOON))
        expect(stale).to_contain_text(re.compile(SAYS["mute"]))
        expect(rows(panel)).to_contain_text(["far away"])
        picture(panel.page)
        network.mode = "pass"
        well = seconds(lambda: expect(stale).to_have_count(0, timeout=SOON))
        say(f"a server that falls silent: told after {told:.1f} s, well after {well:.1f} s")
    judge(pulse)


def rows(panel: Locator) -> Locator:
    return panel.locator(".nbtrack-Tall .nbtrack-Row")


def choose(panel: Locator, store: str) -> None:
    """Choose a store by its name."""
    panel.get_by_role("combobox", name="Store").select_option(store)


def expect_alert(panel: Locator, words: str) -> None:
    """Wait until the panel says this."""
    expect(panel.get_by_role("alert")).to_contain_text(re.compile(words), timeout=SOON)


def seconds(wait: Callable[[], object]) -> float:
    """Return how long something takes to come."""
    begun = time.monotonic()
    wait()
    return time.monotonic() - begun


def say(text: str) -> None:
    print(text)  # noqa: T201 - for who wants to know


def judge(pulse: Pulse) -> None:
    """Nobody else has noticed the trouble."""
    say(str(pulse))
    assert not pulse.failed, pulse.failed[:3]
    assert median(pulse.took[STATUS]) <= 0.1
    # Not the seconds of a call that waits for a server.
    assert max(pulse.took[STATUS]) < 2
    assert max(pulse.took[LOCAL]) < 4
