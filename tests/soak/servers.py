"""A tracking server that is killed and started again, falls silent and answers nonsense during a cell."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from tests.kernel.live import until
from tests.server.proxy import Network
from tests.soak.place import ENOUGH
from tests.soak.tally import Tally
from tests.unit.registering.servers import new_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.server.proxy import Mode
    from tests.soak.place import Place
    from tests.unit.registering.servers import Server

# A hundred points, then a rest: a cell that lasts as long as the faults do.
_PACE = 0.1
_LONGEST, _SHORTEST = 330.0, 75.0
_FAULTS: tuple[tuple[Mode, float], ...] = (("mute", 60.0), ("500", 8.0), ("429", 8.0), ("half", 8.0))


def servers(place: Place, chance: Random, scale: float, tell: Callable[[str], None]) -> Tally:
    """Log the same twice, undisturbed and not; count both, and compare the cells' own seconds."""
    tally = Tally()
    points = round(max(_SHORTEST, _LONGEST * scale) / _PACE) * 100
    folder = place.folder / "server"
    folder.mkdir()
    with new_server(folder) as server, closing(Network(server.port)) as network:
        place.use(f"http://127.0.0.1:{network.port}", folder / "server.db")
        with place.kernel() as kernel:
            for name in ("calm", "troubled"):
                sent = place.log(kernel, name, points, _PACE)
                if name == "troubled":
                    _trouble(place, server, network, chance, scale)
                    if place.logged(name) == points:
                        tally.faults.append("the cell was over before the faults were")
                tally.hear(name, kernel.wait(sent, 2 * _LONGEST))
                until(lambda: place.has_ended(name), ENOUGH)  # noqa: B023 - called in this round
                tally.count(place.store, place.run_id(name), points, "FINISHED")
                tell(f"{name}: {points:,} points, {place.took(name):.1f} s")
    calm, troubled = place.took("calm"), place.took("troubled")
    if troubled > 1.05 * calm + 2:
        tally.faults.append(f"the cell took {troubled:.1f} s instead of {calm:.1f} s")
    return tally


def _trouble(place: Place, server: Server, network: Network, chance: Random, scale: float) -> None:
    place.wait_for("troubled", 1)
    for _ in range(max(1, round(5 * scale))):
        time.sleep(2 * chance.random())
        server.kill()
        time.sleep(2 * chance.random())
        server.start()
    for mode, seconds in _FAULTS:
        network.mode = mode
        time.sleep(max(2.0, seconds * scale))
    network.mode = "pass"
