from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import NOW, Simulator, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def demo() -> Iterator[Simulator]:
    """The demo world; no test changes it."""
    with running() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def london(demo: Simulator) -> str:
    """An account in GBP."""
    return demo.accounts()["Northwind Outdoor"]


@pytest.fixture(scope="session")
def agency() -> Iterator[Simulator]:
    """Twenty accounts where things come and go; no test changes it."""
    with running("--scenario", "agency") as simulator:
        yield simulator


@pytest.fixture(scope="session")
def shop(demo: Simulator, london: str) -> str:
    """A shop of that account, with product and LIVE campaigns."""
    stores = demo.data("/gmv_max/store/list/", advertiser_id=london)["store_list"]
    return str(stores[0]["store_id"])


@pytest.fixture(scope="session")
def _changeable() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def changeable(_changeable: Simulator) -> Iterator[Simulator]:
    """A demo world whose clock, faults and live behaviours a test may set."""
    yield _changeable
    _changeable.set_clock(NOW)
    _changeable.control("POST", "/faults", {})
    _changeable.control("POST", "/live", {"on": ""})


@pytest.fixture
def start() -> Callable[..., Any]:
    """Starts a simulator with other options."""
    return running
