"""Pages that ask for a sign-in before an item, in a guide that says nothing of signing in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from runwright.evidence.statuses import FailureClass
from runwright.guide.match import messages
from runwright.guide.match.evidence_of_findings import with_evidence
from runwright.guide.match.findings import Finding
from runwright.guide.match.observations import ObservedStep, RunObservations
from runwright.guide.match.trace import Trace
from runwright.guide.parse.guide_model import Guide, Item
from runwright.language.runbook_model import flat

_SAID = re.compile(
    r"\b(?:sign(?:s|ed|ing)?[- ]?(?:in|on)|log(?:s|ged|ging)?[- ]?(?:in|on|into)|signin|login|logon|authenticat\w+|sso"
    r"|single sign-on|password"
    r"|anmeld\w*|angemeldet|einlogg\w*|eingeloggt|passwort|kennwort"
    r"|connect(?:ez|é|ée|és|er)[- ](?:vous|à)|connexion|identifi(?:ez|é)\w*|mot de passe|authentifi\w+"
    r"|inici(?:e|a|ar) (?:la )?sesión|conectad[oa]|contraseña|autenti\w+|acced[ae] con)\b"
    r"|로그인|로그온|비밀번호|인증|ログイン|サインイン|ログオン|パスワード|認証|登录|登入|登陆|密码",
    re.IGNORECASE,
)
"""How a guide says that its reader signs in, or is signed in."""
_PASSWORD = re.compile(
    r"\bpass(?:word|phrase|code)\b|passwort|kennwort|mot de passe|contraseña|비밀번호|암호|パスワード|密码",
    re.IGNORECASE,
)
_NOT_SIGNED_IN = re.compile(r"^Not signed in at (\S+?)\.?(?: |$)")


def sign_in_first(guide: Guide, items: Mapping[str, Item | None], trace: Trace) -> Iterator[Finding]:
    """One finding, where a run had to sign in before an item and the guide says nowhere that its reader does."""
    run = trace.run
    if _SAID.search("\n".join(guide.lines)):
        return
    step = _typed_password(trace)
    if step is not None:
        item = _next_item(trace, step)
        if item is not None:
            yield with_evidence(messages.sign_in(item, urlsplit(step.address).netloc), step, run)
        return
    stopped = _NOT_SIGNED_IN.match(run.reason or "") if run.failure_class == FailureClass.SIGN_IN else None
    if stopped is None or not run.steps:
        return
    item = _item_of_section(guide, items, run, max(run.sections, default=0))
    if item is not None:
        yield with_evidence(messages.sign_in(item, urlsplit(stopped[1]).netloc or stopped[1]), run.steps[-1], run)


def _typed_password(trace: Trace) -> ObservedStep | None:
    """The first step that typed a password and that no item describes."""
    described = {id(step) for stop in trace.stops.values() for step in (*stop.steps, *stop.extra)}
    for step in trace.run.steps:
        if not step.done or step.verb not in ("fill", "type", "paste") or step.target is None or step.follows:
            continue
        names = [str(name.text) for head in step.target.alternatives for name in head.names]
        if id(step) not in described and step.part == "navigation" and any(map(_PASSWORD.search, names)):
            return step
    return None


def _next_item(trace: Trace, step: ObservedStep) -> Item | None:
    """The item of the first step after this one that has an item."""
    behind = [
        (each.number, stop.item)
        for stop in trace.stops.values()
        for each in stop.steps
        if each.number > step.number and each.section not in trace.run.probes
    ]
    return min(behind, key=lambda each: each[0])[1] if behind else None


def _item_of_section(guide: Guide, items: Mapping[str, Item | None], run: RunObservations, section: int) -> Item | None:
    """The first item that a section of the runbook follows; the first of the guide when the runbook is unreadable."""
    here = [each for each in (run.runbook.sections if run.runbook else ()) if each.number == section]
    follows = [
        reference
        for each in here
        for one in (*each.navigation, *each.steps)
        for step in flat((one,))
        for reference in step.common.follows
    ]
    for reference in [*follows, *run.sections.get(section, ("", (), 0))[1]]:
        found = items.get(reference)
        if found is None:
            found = next((item for item in guide.items if item.address == reference), None)
        if found is not None:
            return found
    return next(iter(guide.items), None)
