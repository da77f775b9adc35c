from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Literal

from runwright.verb import NOT_EMPTY, Stage, StepFailed, Target, Variable, Verb

LONGEST = 1_000_000
"""Bytes of a file that is read into a name."""


class Download(Verb):
    """Click what gives a file, and keep the file with the evidence.

    It is kept as it came, in the run's `downloads/`, with its name, size and SHA-256 in the journal. A file that
    holds the value of a secret, or a Slack token or webhook address, is not kept: the journal then has its name and
    size alone. A file that is itself a secret, such as a key, is read into a declared secret with `into`. Inside
    archives only zip and gzip are looked into.

    ```yaml
    - download: button "Export"
      named: members-*.csv
    - download: button "Create key"
      commits: true
      into: service_key
    ```
    """

    name: ClassVar[str] = "download"
    says: ClassVar[str] = "Download at {target}"
    pictured: ClassVar[Literal["before", "after"]] = "before"

    target: Target
    """What gives the file: a link, a button, a menu item."""
    named: Annotated[str | None, NOT_EMPTY] = None
    """What the file must be called; `*` stands for anything. A sign-in page in place of the file has another name."""
    into: Variable | None = None
    """The name, or the declared secret, that gets the file's text, at most 1 MB."""

    def act(self, stage: Stage) -> None:
        taken = stage.download(stage.control.click)
        if self.named is not None and not fnmatchcase(taken.name, self.named):
            raise StepFailed(f"The file is called {taken.name}.", self.named, [f"named: {taken.name}"])
        if self.into is not None:
            if len(taken.data) > LONGEST:
                raise StepFailed(f"{taken.name} has {len(taken.data):,} bytes; a name takes at most {LONGEST:,}.")
            try:
                stage.set(str(self.into), taken.data.decode("utf-8-sig"))
            except UnicodeDecodeError:
                raise StepFailed(f"{taken.name} is no text, so it cannot be read into a name.") from None
        stage.keep(taken)
