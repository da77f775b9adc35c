"""Runbooks for settings that exist only as web pages, with a screenshot at every step as audit evidence.

>>> import runwright
>>> result = runwright.rehearse("slack-alerts")
>>> print(result.status)
changed
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from runwright.version import __version__

if TYPE_CHECKING:
    from runwright.api import check, check_guide, inspect, load, rehearse, run, verify
    from runwright.engine.errors import (
        EnvironmentFailure,
        InternalError,
        OutcomeUnknown,
        RunEnded,
        SignedOut,
        StepFailed,
        Stopped,
    )
    from runwright.engine.next_actions import ActionKind, NextAction
    from runwright.engine.run.change_gate import ALLOWED, ChangeGate, ChangeIntent, ChangeOutcome, GateAnswer
    from runwright.engine.run.listener import Listener, NullListener
    from runwright.engine.run.options import RunOptions, RunResult, SectionResult
    from runwright.engine.secrets.credential_patterns import CredentialPattern
    from runwright.evidence.event_parts import SettingRecord
    from runwright.evidence.events import EndEvent, StepEvent
    from runwright.evidence.statuses import FailureClass, Status, StepStatus, VerifyStatus
    from runwright.language.diagnostics import UserError
    from runwright.rehearsal.effects import RehearsalContext
    from runwright.rehearsal.simulator import Cookie, Simulator

_PLACES = {
    "runwright.api": ("check", "check_guide", "inspect", "load", "rehearse", "run", "verify"),
    "runwright.engine.errors": (
        "EnvironmentFailure",
        "InternalError",
        "OutcomeUnknown",
        "RunEnded",
        "SignedOut",
        "StepFailed",
        "Stopped",
    ),
    "runwright.engine.next_actions": ("ActionKind", "NextAction"),
    "runwright.engine.run.change_gate": ("ALLOWED", "ChangeGate", "ChangeIntent", "ChangeOutcome", "GateAnswer"),
    "runwright.engine.run.listener": ("Listener", "NullListener"),
    "runwright.engine.run.options": ("RunOptions", "RunResult", "SectionResult"),
    "runwright.evidence.event_parts": ("SettingRecord",),
    "runwright.engine.secrets.credential_patterns": ("CredentialPattern",),
    "runwright.evidence.events": ("EndEvent", "StepEvent"),
    "runwright.rehearsal.effects": ("RehearsalContext",),
    "runwright.rehearsal.simulator": ("Cookie", "Simulator"),
    "runwright.evidence.statuses": ("FailureClass", "Status", "StepStatus", "VerifyStatus"),
    "runwright.language.diagnostics": ("UserError",),
}
"""The module of each public name. A name is imported when it is used, so that `runwright --help` stays fast."""

__all__ = [
    "ALLOWED",
    "ActionKind",
    "ChangeGate",
    "ChangeIntent",
    "ChangeOutcome",
    "Cookie",
    "CredentialPattern",
    "EndEvent",
    "EnvironmentFailure",
    "FailureClass",
    "GateAnswer",
    "InternalError",
    "Listener",
    "NextAction",
    "NullListener",
    "OutcomeUnknown",
    "RehearsalContext",
    "RunEnded",
    "RunOptions",
    "RunResult",
    "SectionResult",
    "SettingRecord",
    "SignedOut",
    "Simulator",
    "Status",
    "StepEvent",
    "StepFailed",
    "StepStatus",
    "Stopped",
    "UserError",
    "VerifyStatus",
    "__version__",
    "check",
    "check_guide",
    "inspect",
    "load",
    "rehearse",
    "run",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used. Raises AttributeError for any other."""
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
