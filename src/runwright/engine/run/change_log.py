"""Changes outside the browser are made once: the intent is on disk before each, and nobody makes it a second time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from runwright.engine.browser.network import Change
from runwright.engine.errors import StepFailed, Undecided
from runwright.engine.run.context import Stage
from runwright.engine.run.evidence_writer import Recorder, StepRecord
from runwright.engine.run.listener import Listener
from runwright.engine.run.resume import Begun, Place, place

BEGINS = 1.0
"""Seconds in which a commit's request must begin; some pages save a moment after the click."""
ANSWERED = 30.0
"""Seconds in which it must be answered."""


class Commits:
    """The commits of the section at hand, and those that were begun before the section was begun again."""

    def __init__(self, stage: Stage, recorder: Recorder, listener: Listener) -> None:
        self._stage = stage
        self._recorder = recorder
        self._listener = listener
        self._before: dict[Place, Begun] = {}
        self._made: dict[Place, Begun] = {}

    def section(self, begun: Mapping[Place, Begun]) -> None:
        """A section begins; an earlier run may have begun commits of it."""
        self._before, self._made = dict(begun), {}

    def section_again(self) -> None:
        """The same section begins once more: none of the commits it has begun is begun twice."""
        self._before |= self._made
        self._made = {}

    def any_undecided(self) -> bool:
        """Whether of a commit that was begun before it is not written down how it ended."""
        return any(not each.known for each in self._before.values())

    def intend(self, record: StepRecord, repeatable: bool) -> None:
        """Write down that a commit is about to be made. Raises Undecided when that could be the second time."""
        named = self._recorder.scrubber.data(record.place())
        where = place(named)
        before = self._before.get(where)
        if before is not None and not repeatable:
            how = "did" if before.known else "began, and did not live to write down how it ended,"
            sentence = f"The run {before.run} {how} this step: {record.say}. The page does not show its effect."
            raise Undecided(f"{sentence} Look whether the change was made: it is never made twice by itself.")
        self._listener.commit_is_at("before the intent")
        intent = {"step": record.number, "section": record.section, "verb": record.verb, "say": record.say}
        self._recorder.tell("intent", **intent, **named)
        self._recorder.flush()  # on disk before the commit is made
        self._made[where] = Begun(self._recorder.run, record.say, known=False)
        self._listener.commit_is_at("intent")
        self._stage.traffic.heard = lambda change: self._listener.commit_is_at("sent")

    def answered(self, mark: int, came: bool) -> None:
        """Wait until what a commit has sent since the mark is answered. Raises Undecided when that failed.

        Where nothing that was expected ``came``, it raises StepFailed when the server refused it, or a dialog kept it.
        """
        stage = self._stage

        def changes() -> list[Change]:
            return [change for change in stage.traffic.changes_since(mark) if not change.aside]

        stage.until(changes, BEGINS)
        stage.until(lambda: all(change.over for change in changes()), ANSWERED)
        stage.settle()
        self.none_failed(mark, came)
        sent = [change for change in changes() if stage.plan.sites.allow(change.address)]
        if not came and sent and all(400 <= (change.status or 0) < 500 for change in sent):
            raise StepFailed(f"The request {sent[0].method} {sent[0].address} was refused with {sent[0].status}.")
        if not came and not sent and stage.tabs.declined:
            raise StepFailed(
                "A dialog came up and was answered with no, and nothing was sent.", nearest=["answer: yes"]
            )
        self._listener.commit_is_at("answered")

    def none_failed(self, mark: int, came: bool = False) -> None:
        """Raises Undecided when a request since the mark was lost, so that nobody knows what became of it."""
        for change in self._stage.traffic.changes_since(mark):
            lost = change.over and (change.status is None or change.status >= 500 or change.status == 429)
            if change.aside or (came and change.left):
                continue  # what came shows that the page had its answer
            if lost and self._stage.plan.sites.allow(change.address):
                answer = f"was answered {change.status}" if change.status else "broke off"
                raise never_twice(f"The request {change.method} {change.address} {answer}.")

    def over(self) -> None:
        """The outcome of the last one is on disk."""
        self._made = {where: replace(commit, known=True) for where, commit in self._made.items()}
        self._listener.commit_is_at("outcome")


def never_twice(sentence: str) -> Undecided:
    """What to say of a commit of which nobody knows what became of it."""
    return Undecided(f"{sentence} Look on the page whether the change was made: it is never sent twice.")
