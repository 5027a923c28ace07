"""The sender is killed at random moments, and the kernel starts another each time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.kernel.live import until
from tests.soak.place import ENOUGH
from tests.soak.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.soak.place import Place

# Each successor is started later than the one before, so one kernel can't lose many in a minute.
_KILLS = 6
_PACE = 0.025


def senders(place: Place, chance: Random, scale: float, tell: Callable[[str], None]) -> Tally:
    """Kill the sender of a kernel that goes on logging."""
    kernels = max(1, round(5 * scale))
    points = round(300_000 * scale / kernels)
    tally = Tally()
    for n in range(kernels):
        name = f"sender-{n}"
        with place.kernel() as kernel:
            sent = place.log(kernel, name, points, _PACE)
            _kill(place, chance)
            tally.hear(name, kernel.wait(sent, ENOUGH))
            until(lambda: place.has_ended(name), 120)  # noqa: B023 - called in this round
        tally.count(place.store, place.run_id(name), place.logged(name), "FINISHED")
        tell(f"kernel {n + 1} of {kernels}: {_KILLS} senders killed, {place.logged(name):,} points")
        # The kernel may have ended before the next sender was due: then the empty journal is left to others.
        if said := place.sync():
            tally.faults.append(said)
    return tally


def _kill(place: Place, chance: Random) -> None:
    """Kill one sender after the other, each at a random moment of its first second."""
    killed: set[int] = set()
    while len(killed) < _KILLS:
        until(lambda: [one for one in place.senders() if one.pid not in killed], 60)
        time.sleep(chance.random())
        for one in place.senders():
            if one.pid not in killed:
                one.kill()
                killed.add(one.pid)
