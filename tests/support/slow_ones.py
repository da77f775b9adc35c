"""Marks all but a few cases of a test as slow: `make test` runs those few, `make test-all` runs all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def mostly_slow(cases: Iterable[Any], quick: int) -> list[Any]:
    """The cases of a test with one parameter, all but the first ``quick`` marked as slow."""
    return [each if at < quick else pytest.param(each, marks=pytest.mark.slow) for at, each in enumerate(cases)]
