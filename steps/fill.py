from typing import ClassVar

from pydantic import Field

from runwright.verb import Secret, Stage, StepFailed, Target, Verb


class Fill(Verb):
    """Put a text into a field, in place of what stands in it, and read it back.

    The step fails when the field then holds another value: one that cuts texts off, or fills itself from
    another field. For a field that formats what is entered, say with `shows` what it makes of it. For pages
    that listen to keys alone use `type`. Where an `expect` does not come, it is filled again while its time
    lasts: a page that is still coming to life does not hear what is entered.

    ```yaml
    - fill: textbox "App Name"
      with: ${app_name}
    - fill: textbox "Phone"
      with: "5551234"
      shows: 555-1234
    ```
    """

    name: ClassVar[str] = "fill"
    says: ClassVar[str] = "Fill {target} with {with_}"
    elsewhere: ClassVar[tuple[str, ...]] = ("enter", "input", "write")
    again: ClassVar[bool] = True

    target: Target
    """The field."""
    with_: str | Secret = Field(alias="with")
    """The text; a secret stands alone."""
    shows: str | None = None
    """What the field shows afterwards, where it formats what is entered."""

    def act(self, stage: Stage) -> None:
        value = stage.reveal(self.with_)
        stage.control.fill(value)
        wanted = value if self.shows is None else self.shows
        there = stage.until(lambda: _same(_value(stage), wanted), 0.5)
        if there is None:
            if isinstance(self.with_, Secret):
                raise StepFailed(f"The field holds something else than {self.with_} after it was filled.")
            if not _value(stage):
                hint = "It takes another form, or hears keys alone: then `type`."
                raise StepFailed(f"The field was filled with “{value}” and holds “”. {hint}")
            raise StepFailed(
                f"The field was filled with “{value}” and holds “{_value(stage)}”"
                + (f" where `shows` says “{wanted}”." if self.shows is not None else "."),
                nearest=[f'shows: "{_value(stage)}"'],
            )


def _same(there: str, wanted: str) -> bool:
    return there.replace("\r\n", "\n") == wanted.replace("\r\n", "\n")


def _value(stage: Stage) -> str:
    return str(stage.control.evaluate("(field) => field.value ?? field.innerText"))
