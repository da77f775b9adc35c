"""The gallery's bundles, made once for all workers, and the server that keeps the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from widgets.bundles import NoBundles, bundles
from widgets.server import Settings, serving

collect_ignore = ["runbooks"]  # they need the server: the tests run them


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """The server of this worker. Without npm the tests are skipped, except in CI, where they fail."""
    try:
        folder = bundles()
    except NoBundles as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with serving(folder) as served:
        yield served
