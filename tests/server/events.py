"""Waiting for what pages are told."""

from __future__ import annotations

import asyncio
import time
from typing import Any


async def until(told: list[Any], count: int, within: float) -> float:
    """Wait until so many events have come, and return how many seconds that took."""
    began = time.monotonic()
    while len(told) < count:
        assert time.monotonic() - began < within, told
        await asyncio.sleep(0.02)
    return time.monotonic() - began
