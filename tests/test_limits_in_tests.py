"""The waits and limits in the runs of `play`: half as long as for users, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable

from support.short_limits import FACTOR
from support.site_pages import Played

from runwright.engine.run import change_log, section_checks, step_state

Play = Callable[..., Played]

FOR_USERS = (change_log.BEGINS, section_checks.READY, step_state.ACTION)


def current() -> tuple[float, ...]:
    """The limits at this moment."""
    return change_log.BEGINS, section_checks.READY, step_state.ACTION


def test_a_run_of_play_waits_a_fraction_of_the_time(play: Play) -> None:
    assert current() == tuple(seconds * FACTOR for seconds in FOR_USERS)


def test_a_test_may_use_the_limits_of_users(full_limits: None, play: Play) -> None:
    assert current() == FOR_USERS


def test_a_limit_that_the_test_has_set_is_not_scaled_again(short_limits: None, play: Play) -> None:
    assert current() == (FOR_USERS[0] * FACTOR, 3.0, FOR_USERS[2] * FACTOR)


def test_without_play_the_limits_are_those_of_users() -> None:
    assert current() == FOR_USERS
