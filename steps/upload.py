from pathlib import Path
from typing import Annotated, ClassVar

from runwright.verb import NOT_EMPTY, Stage, StepFailed, Target, Verb


class Upload(Verb):
    """Give files to a file field, or to the chooser that a button opens.

    ```yaml
    - upload: button "Choose file"
      files: logo.png
    ```
    """

    name: ClassVar[str] = "upload"
    says: ClassVar[str] = "Upload {files} at {target}"
    elsewhere: ClassVar[tuple[str, ...]] = ("attach", "set_input_files")

    target: Target
    """The file field, or the button that opens the chooser."""
    files: Annotated[list[str], NOT_EMPTY]
    """Paths, from the runbook's folder."""

    def act(self, stage: Stage) -> None:
        paths = [stage.plan.runbook.path.parent / name for name in self.files]
        missing = [str(path) for path in paths if not Path(path).is_file()]
        if missing:
            raise StepFailed(f"There is no file {', '.join(missing)}.")
        if stage.control.evaluate("(element) => element.matches('input[type=file]')"):
            stage.control.set_input_files(paths)
            return
        with stage.page.expect_file_chooser(timeout=stage.timeout * 1000) as chooser:
            stage.control.click()
        chooser.value.set_files(paths)
