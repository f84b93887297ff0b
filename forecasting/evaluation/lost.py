"""A task that never came back. In a file without numpy: workers read it before their threads are pinned."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lost:
    """What a mapper yields in place of a result when the task took its worker down each time it ran."""

    reason: str
