"""The browser's pages during a run: which one is current, and what comes up by itself (popups, dialogs, crashes)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Download, Error, Page

from runwright.engine.browser.settle import WATCH

MOST_POPUPS = 5
MOST_DIALOGS = 20
"""Dialogs of one step that are written down."""
CRASHED = "The page crashed: the browser ended it."

Tell = Callable[..., None]
"""Writes an event into the journal: its name, then its fields."""


class Tabs:
    """Follows the pages of one browser context. A page that a step opens is current until it closes."""

    def __init__(self, context: BrowserContext, tell: Tell, clean: Callable[[str], str]) -> None:
        """``clean`` takes secrets out of a text; one that is cut off first would not be known again."""
        self._context = context
        self._tell = tell
        self._clean = clean
        self._pages: list[Page] = []
        self._ours = False
        self.answer: str | None = None
        """What dialogs of the step at hand are answered with: `yes`, `no`, or a text; None dismisses them."""
        self.taking: Callable[[Download], None] | None = None
        """Takes the next download; without it a download is cancelled."""
        self.asked: list[str] = []
        """What dialogs of the browser said since the step began, and how each was answered."""
        self.declined = False
        """A dialog of the step at hand was dismissed, as nobody said how it is to be answered."""
        self.ended: str | None = None
        """Why there is nothing left of the current page, in a sentence for people."""
        context.add_init_script(WATCH)
        context.on("page", self._opened)
        context.on("dialog", self._dialog)
        context.on("console", self._console)
        self.fresh()

    @property
    def page(self) -> Page:
        """The current page; a new one when all were closed."""
        return self.current() or self._new()

    def current(self) -> Page | None:
        """The current page; None when all were closed."""
        while self._pages and self._pages[-1].is_closed():
            self._pages.pop()
        return self._pages[-1] if self._pages else None

    def fresh(self) -> Page:
        """Open a new page in place of all others: after a failed navigation the old one cannot be used on."""
        old, self._pages = self._pages, []
        page = self._new()
        self.ended = None
        for other in old:
            if not other.is_closed():
                other.close()
        return page

    def first(self) -> None:
        """Close what steps have opened: the page that the run itself opened is current again."""
        while len(self._pages) > 1:
            self._pages.pop().close()

    def give_up(self, seconds: float) -> None:
        """Close the current page, which has answered nothing for some seconds."""
        page = self.current()
        if page is not None:
            self._tell("unresponsive", address=page.url, seconds=seconds)
            self.ended = f"The page has answered nothing for {seconds:.0f} seconds, as one whose script never ends."
            page.close()

    def _new(self) -> Page:
        self._ours = True
        try:
            page = self._context.new_page()
        finally:
            self._ours = False
        self._pages = [page]
        return page

    def _opened(self, page: Page) -> None:
        page.on("crash", lambda _: self._crash(page))
        page.on("download", self._download)
        if self._ours:
            return
        self._tell("popup", address=page.url)
        empty = not page.url  # a window for a download shows no document: some browsers close it, others leave it
        if empty or len(self._pages) > MOST_POPUPS:
            page.close()
        else:
            self._pages.append(page)

    def _crash(self, page: Page) -> None:
        self._tell("crash", address=page.url)
        if page in self._pages:
            self.ended = CRASHED

    def _dialog(self, dialog: Dialog) -> None:
        answer = self.answer
        with suppress(Error):  # the page that asked is gone
            if dialog.type in ("alert", "beforeunload") or answer == "yes":
                told = "yes"
                dialog.accept()
            elif answer is None or answer == "no":
                told = "no"
                self.declined = self.declined or answer is None
                dialog.dismiss()
            else:
                told = answer
                dialog.accept(answer)
        if len(self.asked) == MOST_DIALOGS:
            return  # a page that asks without end
        message = self._clean(dialog.message)
        hint = "" if answer or told == "yes" else "; for a yes, write `answer: yes` beside the step"
        self.asked.append(f"{' '.join(message.split())[:300]} (a dialog, answered with {told}{hint})")
        self._tell("dialog", kind=dialog.type, message=message[:1000], answer=told)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._tell("console-error", text=self._clean(message.text)[:1000])

    def _download(self, download: Download) -> None:
        if self.taking is not None:
            taking, self.taking = self.taking, None
            taking(download)
            return
        self._tell("download", name=file_name(download))
        try:
            download.cancel()
        except Error as error:
            self._tell("console-error", text=f"The download could not be cancelled: {first_line(error)}")


def file_name(download: Download) -> str:
    """The name that a download wants for its file, without folders."""
    return download.suggested_filename.replace("\\", "/").rsplit("/", 1)[-1]


def first_line(error: Exception) -> str:
    """The first line of an error's text, without the call log and the element's HTML that Playwright adds."""
    lines = [line.strip() for line in str(error).splitlines()]
    return next((line for line in lines if line and not line.startswith("Call log")), type(error).__name__)
