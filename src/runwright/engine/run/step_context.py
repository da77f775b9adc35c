"""What a verb sees of a run: the page, the control that was found, conditions, values, and a person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from playwright.sync_api import ElementHandle, Page

from runwright.engine.browser.downloads import DownloadedFile
from runwright.engine.errors import StepFailed
from runwright.evidence.statuses import FailureClass
from runwright.language.conditions import Condition
from runwright.language.fields import Place
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

Found = TypeVar("Found")


class StepContext(Protocol):
    """The run, as a verb may use it during its step."""

    @property
    def page(self) -> Page:
        """The current page."""

    @property
    def control(self) -> ElementHandle:
        """The one control that matches the verb's target."""

    @property
    def timeout(self) -> float:
        """The time limit of the step in seconds, for finding a control and acting on it."""

    def time_limit(self, default: float) -> float:
        """Seconds for a verb with a time limit of its own: the step's `timeout`, else the verb's ``default``."""

    # Finding

    def find(self, target: Target) -> ElementHandle:
        """The one control that matches a target, scrolled into view. Raises StepFailed if none or several match."""

    def relocate(self, target: Target) -> ElementHandle:
        """The step's control once more, by its target, after the page replaced it. Raises StepFailed."""

    def matches(self, target: Target) -> list[ElementHandle]:
        """All controls that match a target at this moment."""

    def not_found(self, target: Target, several: int = 0) -> StepFailed:
        """The failure for a target that matches no control, or ``several``."""

    def focus_at_end(self) -> None:
        """Focus the control with the caret behind its text, so that typed keys go there."""

    # Waiting

    def until(self, check: Callable[[], Found], timeout: float) -> Found | None:
        """Poll ``check`` until it returns something true; None if it never does within ``timeout`` seconds."""

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds at this moment."""

    def comes(self, condition: Condition, timeout: float) -> bool:
        """Wait for a condition for ``timeout`` seconds; whether it held."""

    def expect(self, condition: Condition, timeout: float | None = None) -> None:
        """Wait for a condition. Raises StepFailed if it does not hold in time."""

    def unmet(self, condition: Condition, seconds: float | None = None) -> StepFailed:
        """The failure for a condition that did not hold within some seconds, the step's own time limit by default."""

    def wait_until_settled(self) -> None:
        """Wait until the page is at rest: nothing is loading, moving or changing."""

    def pause(self, seconds: float) -> None:
        """Process the browser's events for some seconds. Raises Interrupted."""

    # The page

    def open(self, place: Place) -> None:
        """Open a place. Retries while the server is starting; raises EnvironmentFailure if it never answers."""

    def open_beside(self, place: Place) -> None:
        """Open a place in a window of its own, which is the current page until it is closed."""

    def reload(self) -> None:
        """Load the page again. A page that answered a form is requested with GET, so the form is not sent twice."""

    def close_popups(self) -> None:
        """Close all windows that the page has opened."""

    def dismiss(self) -> bool:
        """Close a banner that is declared under `dismiss`; whether there was one."""

    def answer_dialogs(self, answer: str | None) -> None:
        """The answer to each JavaScript dialog of this step: `yes`, `no`, or a text to enter; None for `no`."""

    def requests_sent(self) -> int:
        """The number of requests other than GET and HEAD that the run has sent. It grows when the page sends one."""

    def busy(self) -> bool:
        """Whether a request is in progress that is worth waiting for."""

    def download(self, act: Callable[[], None]) -> DownloadedFile:
        """Perform ``act``, which starts a download, and return the file. Raises StepFailed if no download starts."""

    def keep(self, file: DownloadedFile) -> None:
        """Store a downloaded file with the evidence, unless it contains a secret."""

    # Values

    def file(self, name: str) -> Path:
        """The path of a file that the runbook names relative to its own folder."""

    def set(self, name: str, value: str) -> None:
        """Assign a value to a name. A declared secret is registered for redaction before anything can print it."""

    def reveal(self, value: str | Secret, control: ElementHandle | None = None) -> str:
        """The text to type into the control, or into another ``control`` of the page that belongs to it.

        Of a secret with `type: totp` it is the code of this moment, which is valid for 5 s at least: it may wait for
        that. Raises StepFailed for a secret that `typed_at` does not allow there.
        """

    def is_secret(self, name: str) -> bool:
        """Whether a name is a declared secret."""

    def clean(self, text: str) -> str:
        """A text without secrets, to be shown. Clean a text before truncating it."""

    # People

    def ask(self, question: str, into: str) -> None:
        """Assign the person's answer to a name; a secret is not echoed. Raises Stopped without a terminal."""

    def by_person(
        self, sentence: str, until: Callable[[], bool], failure_class: FailureClass = FailureClass.PERSON
    ) -> None:
        """Let a person act in the window until a condition holds. Raises Stopped without a window, or after 15 min."""

    def stop(self, sentence: str, redo: str | None = None) -> NoReturn:
        """End the run because a person must act outside of its window. Raises Stopped.

        ``redo`` names a section to run again afterwards.
        """
