"""Where secrets come from and where they are handed to, as it is written: the forms of sources and sinks.

`engine/secrets/sources.py` and `sinks.py` read and write them.
"""

from __future__ import annotations

import re

SOURCES = "env:NAME, file:PATH, command:…, keyring:SERVICE/NAME, age:FILE and prompt"
"""The forms of a source, for people."""
SINKS = "age:FILE and command:…"
"""The forms of a sink, for people."""
SOURCE_KINDS = ("env", "file", "command", "keyring", "age", "prompt")
"""The kinds of sources without those of plug-ins."""
SOURCE_PATTERN = r"(?:(?:env|file|command|age):[^\n]+|keyring:[^\n]+/[^\n/]+|prompt)"
"""The regular expression of a source on one line, for editors."""
SINK_PATTERN = r"(?:age|command):[^\n]+"
"""The same of a sink."""
_SOURCE = re.compile(r"(?:env|file|command|age):\s*\S.*|keyring:.+/[^/]+|prompt", re.DOTALL)
_SINK = re.compile(r"(?:age|command):\s*\S.*", re.DOTALL)


def is_source(text: str) -> bool:
    """Whether a text has the form of a source that needs no plug-in."""
    return _SOURCE.fullmatch(text) is not None


def is_sink(text: str) -> bool:
    """Whether a text has the form of a sink."""
    return _SINK.fullmatch(text) is not None
