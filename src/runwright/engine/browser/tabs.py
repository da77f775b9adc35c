"""Tabs: the pages of a run, which of them is current, and what they raise (popups, dialogs, downloads, crashes)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Download, Error, Page

from runwright.engine.browser.closed_roots import WATCH_ROOTS
from runwright.engine.browser.settle import WATCH
from runwright.engine.errors import first_line
from runwright.evidence.event_parts import Event
from runwright.evidence.page_events import (
    ConsoleErrorEvent,
    CrashEvent,
    DialogEvent,
    DownloadEvent,
    PopupEvent,
    UnresponsiveEvent,
)

MAX_POPUPS = 5
MAX_DIALOGS = 20
"""Dialogs of one step that are recorded."""
CRASHED = "The page crashed: the browser ended it."

Emit = Callable[[Event], None]
"""Writes an event to the journal."""


class Tabs:
    """Tracks the pages of one browser context. A page that a step opens is current until it closes."""

    def __init__(
        self,
        context: BrowserContext,
        emit: Emit,
        clean: Callable[[str], str],
        prepare: Callable[[Page], None] = lambda page: None,
    ) -> None:
        """``clean`` removes secrets from a text. Truncate afterwards only: a truncated secret is not recognized.

        ``prepare`` is called with each new page of the run's own in the first window, before it shows anything.
        """
        self._context = context
        self._prepare = prepare
        self._emit = emit
        self._clean = clean
        self._pages: list[Page] = []
        self._outer: list[tuple[BrowserContext, list[Page]]] = []
        """The windows that stay open below the current one, each with its pages."""
        self._ours = False
        self.answer: str | None = None
        """The answer to dialogs of the current step: `yes`, `no`, or a text; None dismisses them."""
        self.on_download: Callable[[Download], None] | None = None
        """Receives the next download; without it a download is cancelled."""
        self.dialog_messages: list[str] = []
        """The messages of browser dialogs since the step started, and how each was answered."""
        self.declined = False
        """A dialog of the current step was dismissed because the step declares no `answer`."""
        self.ended: str | None = None
        """Why the current page is gone, in a sentence; None while it is there."""
        self._follow(context)
        self.replace_all()

    def _follow(self, context: BrowserContext) -> None:
        context.add_init_script(WATCH + WATCH_ROOTS)
        context.on("page", self._opened)
        context.on("dialog", self._dialog)
        context.on("console", self._console)

    def open_window(self, context: BrowserContext) -> None:
        """Make a page of another context the current one. The pages so far stay open."""
        self._outer.append((self._context, self._pages))
        self._context, self._pages = context, []
        self._follow(context)
        self.replace_all()

    def close_window(self) -> None:
        """Return to the context before; close the current one afterwards."""
        self._context, self._pages = self._outer.pop()
        self.ended = None

    @property
    def in_own_window(self) -> bool:
        """Whether the current section has a window of its own, beside the run's first."""
        return bool(self._outer)

    @property
    def page(self) -> Page:
        """The current page; a new one if all are closed."""
        return self.current() or self._new()

    def current(self) -> Page | None:
        """The current page; None if all are closed."""
        while self._pages and self._pages[-1].is_closed():
            self._pages.pop()
        return self._pages[-1] if self._pages else None

    def replace_all(self) -> Page:
        """Open a new page and close all others: after a failed navigation the old page is unusable."""
        old, self._pages = self._pages, []
        page = self._new()
        self.ended = None
        for other in old:
            if not other.is_closed():
                other.close()
        return page

    def open_beside(self) -> Page:
        """Open a page of the run's own beside the others: it is current until it is closed."""
        others = self._pages
        page = self._new()
        self._pages = [*others, page]
        return page

    def close_above(self, page: Page) -> None:
        """Close the pages that were opened after one: it is current again, unless it is closed itself."""
        while page in self._pages and self._pages[-1] is not page:
            self._pages.pop().close()

    def close_popups(self) -> None:
        """Close the pages that steps opened: the run's own page is current again."""
        while len(self._pages) > 1:
            self._pages.pop().close()

    def forget_dialogs(self) -> None:
        """Begin a step: the dialogs of the last one are over."""
        self.dialog_messages.clear()
        self.declined = False

    def give_up(self, seconds: float) -> None:
        """Close the current page, which has been unresponsive for some seconds."""
        page = self.current()
        if page is not None:
            self._emit(UnresponsiveEvent(address=page.url, seconds=seconds))
            self.ended = f"The page did not respond for {seconds:.0f} seconds; a script on it may never end."
            page.close()

    def _new(self) -> Page:
        self._ours = True
        try:
            page = self._context.new_page()
        finally:
            self._ours = False
        self._pages = [page]
        if not self._outer:
            self._prepare(page)
        return page

    def _opened(self, page: Page) -> None:
        page.on("crash", lambda _: self._crash(page))
        page.on("download", self._download)
        if self._ours:
            return
        self._emit(PopupEvent(address=page.url))
        pages = next((pages for context, pages in self._outer if context == page.context), self._pages)
        empty = not page.url  # a window for a download has no document: some browsers close it, others do not
        if empty or len(pages) > MAX_POPUPS:
            page.close()
        else:
            pages.append(page)

    def _crash(self, page: Page) -> None:
        self._emit(CrashEvent(address=page.url))
        if page in self._pages:
            self.ended = CRASHED

    def _dialog(self, dialog: Dialog) -> None:
        answer = self.answer
        with suppress(Error):  # the page of the dialog is gone
            if dialog.type in ("alert", "beforeunload") or answer == "yes":
                reply = "yes"
                dialog.accept()
            elif answer is None or answer == "no":
                reply = "no"
                self.declined = self.declined or answer is None
                dialog.dismiss()
            else:
                reply = answer
                dialog.accept(answer)
        if len(self.dialog_messages) == MAX_DIALOGS:
            return  # a page that opens dialogs endlessly
        message = self._clean(dialog.message)
        hint = "" if answer or reply == "yes" else "; to answer yes, add `answer: yes` to the step"
        self.dialog_messages.append(f"{' '.join(message.split())[:300]} (a dialog, answered {reply}{hint})")
        self._emit(DialogEvent(kind=dialog.type, message=message[:1000], answer=reply))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._emit(ConsoleErrorEvent(text=self._clean(message.text)[:1000]))

    def _download(self, download: Download) -> None:
        if self.on_download is not None:
            receive, self.on_download = self.on_download, None
            receive(download)
            return
        self._emit(DownloadEvent(name=file_name(download)))
        try:
            download.cancel()
        except Error as error:
            self._emit(ConsoleErrorEvent(text=f"The download could not be cancelled: {first_line(error)}"))


def file_name(download: Download) -> str:
    """The file name that a download suggests, without folders."""
    return download.suggested_filename.replace("\\", "/").rsplit("/", 1)[-1]
