from pathlib import Path
from typing import Annotated, ClassVar

from runwright.verb import NOT_EMPTY, StepContext, StepFailed, Target, Verb, attached, click, unreported


class Upload(Verb):
    """Upload files with a file field, or with a button that opens a file chooser.

    The step passes the files to the field or the chooser; the page may still need a click to send them.

    ```yaml
    - upload: button "Choose file"
      files: logo.png
    ```
    """

    name: ClassVar[str] = "upload"
    summary: ClassVar[str] = "Upload {files} at {target}"
    aliases: ClassVar[tuple[str, ...]] = ("attach", "set_input_files")

    target: Target
    """The file field, or the button that opens the chooser."""
    files: Annotated[list[str], NOT_EMPTY]
    """Paths relative to the folder of the runbook."""

    def act(self, context: StepContext) -> None:
        paths = [context.file(name) for name in self.files]
        missing = [str(path) for path in paths if not Path(path).is_file()]
        if missing:
            raise StepFailed(f"File not found: {', '.join(missing)}.")
        if context.control.evaluate("(element) => element.matches('input[type=file]')"):
            attached(context, self.target, lambda control: control.set_input_files(paths))
            return
        with context.page.expect_file_chooser(timeout=context.timeout * 1000) as chooser:
            unreported(lambda: click(context, self.target, lambda control, options: control.click(**options)))
        chooser.value.set_files(paths)
