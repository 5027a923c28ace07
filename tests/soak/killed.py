"""The kernel is killed at random moments, alone or with its sender."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tests.kernel.live import until
from tests.soak.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.soak.place import Place


def kernels(place: Place, chance: Random, scale: float, tell: Callable[[str], None]) -> Tally:
    """Kill the kernel each round; its own sender brings the rest to the store."""
    rounds = max(2, round(50 * scale))
    tally = Tally()
    for n, points in enumerate(_parts(round(1_000_000 * scale), rounds, chance)):
        _round(place, f"kernel-{n}", points, with_sender=False)
        tell(f"round {n + 1} of {rounds}: killed after {place.logged(f'kernel-{n}'):,} points")
    # Meanwhile later kernels' senders have swept as well.
    place.wait_for_senders()
    for n in range(rounds):
        name = f"kernel-{n}"
        tally.count(place.store, place.run_id(name), place.logged(name), "KILLED", killed=True)
    return tally


def both(place: Place, chance: Random, scale: float, tell: Callable[[str], None]) -> Tally:
    """Kill kernel and sender in one go each round; `nbtrack sync` brings the rest to the store."""
    rounds = max(2, round(10 * scale))
    tally = Tally()
    for n, points in enumerate(_parts(round(200_000 * scale), rounds, chance)):
        name = f"both-{n}"
        _round(place, name, points, with_sender=True)
        left = len(list(place.journals.glob("*")))
        said = place.sync()
        tell(f"round {n + 1} of {rounds}: killed after {place.logged(name):,} points")
        if said:
            tally.faults.append(said)
        if left != 1 or list(place.journals.glob("*")):
            tally.faults.append(f"round {n + 1}: {left} journals were left to sync, or some are left by it")
        tally.count(place.store, place.run_id(name), place.logged(name), "KILLED", killed=True)
    return tally


def _round(place: Place, name: str, points: int, *, with_sender: bool) -> None:
    with place.kernel() as kernel:
        place.log(kernel, name, points * 100)
        place.wait_for(name, points)
        if with_sender:
            until(place.senders)
            for sender in place.senders():  # before the kernel, which has no time to start another
                sender.kill()
        kernel.kill()
        if with_sender:
            until(lambda: not place.senders())


def _parts(whole: int, count: int, chance: Random) -> list[int]:
    """Cut a number at random into so many parts."""
    cuts = [0, *sorted(chance.sample(range(1, whole), count - 1)), whole]
    return [high - low for low, high in pairwise(cuts)]
