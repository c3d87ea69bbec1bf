"""The worked examples of the four contracts, sent to a running server as a client's author would send them.

`python -m tests.live --help` runs them by hand.
"""

from collections.abc import Callable

from tests.live import platform, support, taas, toptickets
from tests.live.run import Run

CONTRACTS: dict[str, Callable[[Run], None]] = {
    "platform": platform.examples,
    "toptickets": toptickets.examples,
    "taas": taas.examples,
    "support": support.examples,
}
