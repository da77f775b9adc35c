"""The credential formats that ship with runwright, as data: OAuth parameters, then one block for each vendor.

A format belongs here if a fixed prefix or address makes a chance match practically impossible.
"""

from __future__ import annotations

from runwright.engine.secrets.credential_patterns import CredentialPattern, CredentialPatterns

_IN_QUERY, _IN_ADDRESS = r"[^&#\s\"'<>\\‹]*", r"[^&#%\s\"'<>\\‹]*"
"""The characters of a value in an address, and in an address inside another one."""
_LAST = r"[^&#%\s\"'<>\\‹.,;:!?)]"
"""Its last character: the punctuation after an address belongs to the sentence."""

SLACK = (
    CredentialPattern("slack token", r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}"),
    CredentialPattern("slack webhook", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+"),
    CredentialPattern(
        "slack webhook", r"(?i:hooks\.slack(?:-gov)?\.com%2F(?:services|workflows|triggers)%2F)[A-Za-z0-9%_-]+"
    ),
)
OAUTH = (
    CredentialPattern("code", rf"(?<=[?&#;]code=){_IN_QUERY}{_LAST}", in_files=False),
    CredentialPattern("state", rf"(?<=[?&#;]state=){_IN_QUERY}{_LAST}", in_files=False),
    CredentialPattern("code", rf"(?<=(?i:%3f|%26)code(?i:%3d)){_IN_ADDRESS}{_LAST}", in_files=False),
    CredentialPattern("state", rf"(?<=(?i:%3f|%26)state(?i:%3d)){_IN_ADDRESS}{_LAST}", in_files=False),
)
"""RFC 6749, sections 4.1.1 and 4.1.2. The last two match values in an address inside another one."""
CODE_HOSTS = (
    CredentialPattern("github token", r"(?<![A-Za-z0-9_])(?:gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
    CredentialPattern("gitlab token", r"(?<![A-Za-z0-9_])gl(?:pat|dt|ft|rt|soat|ptt)-[A-Za-z0-9_-]{20,}"),
)
SERVICES = (
    CredentialPattern("google api key", r"(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    CredentialPattern("stripe key", r"(?<![A-Za-z0-9_])[rs]k_(?:live|test)_[A-Za-z0-9]{24,}"),
    CredentialPattern("sendgrid key", r"(?<![A-Za-z0-9_.-])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
)

SHIPPED = CredentialPatterns((*SLACK, *OAUTH, *CODE_HOSTS, *SERVICES))
"""All of them, compiled: what a scrubber knows if it is given nothing else."""


def with_shipped(*added: CredentialPattern) -> CredentialPatterns:
    """The shipped patterns, followed by others, as those of installed packages."""
    return CredentialPatterns((*SHIPPED, *added)) if added else SHIPPED
