from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Literal

from runwright.verb import NOT_EMPTY, StepContext, StepFailed, Target, Variable, Verb, as_value, click, unreported

LONGEST = 1_000_000
"""Maximum size in bytes of a file that is read into a variable."""


class Download(Verb):
    """Click a control that starts a download, and keep the file with the evidence.

    The unchanged file is stored in `downloads/` of the run folder; the journal records its name, size and SHA-256. A
    file that contains the value of a secret, or a credential of a known format, is not stored: the journal then records
    only its name and size. To use a file that is itself a secret, such as a key, read it into a declared secret with
    `into`. Of archives, only zip and gzip are searched for secrets.

    ```yaml
    - download: button "Export"
      save_as: members-*.csv
    - download: button "Create key"
      changes: true
      into: service_key
    ```
    """

    name: ClassVar[str] = "download"
    summary: ClassVar[str] = "Download at {target}"
    screenshot_at: ClassVar[Literal["before", "after"]] = "before"

    target: Target
    """The control that starts the download: a link, a button, a menu item."""
    save_as: Annotated[str | None, NOT_EMPTY] = None
    """The expected file name; `*` matches anything. A sign-in page instead of the file has another name."""
    into: Variable | None = None
    """The variable, or the declared secret, that receives the text of the file, at most 1 MB."""

    def act(self, context: StepContext) -> None:
        file = context.download(lambda: unreported(lambda: self._click(context)))
        if self.save_as is not None and not fnmatchcase(file.name, self.save_as):
            raise StepFailed(
                f"The downloaded file is named {file.name}.",
                self.save_as,
                [f"save_as: {as_value(file.name.replace('${', '$${'))}"],
            )
        if self.into is not None:
            if len(file.data) > LONGEST:
                raise StepFailed(f"{file.name} has {len(file.data):,} bytes; `into` accepts at most {LONGEST:,}.")
            try:
                context.set(str(self.into), file.data.decode("utf-8-sig"))
            except UnicodeDecodeError:
                raise StepFailed(f"{file.name} is not a text file, so `into` cannot read it.") from None
        context.keep(file)

    def _click(self, context: StepContext) -> None:
        click(context, self.target, lambda control, options: control.click(**options))
