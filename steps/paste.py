from typing import ClassVar

from pydantic import Field

from runwright.verb import Secret, StepContext, StepFailed, Target, Verb

PASTE = """(field, text) => {
  const active = field.getRootNode().activeElement;
  const at = active && field.contains(active) ? active : field;
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const init = { clipboardData: data, bubbles: true, cancelable: true, composed: true };
  const handled = !at.dispatchEvent(new ClipboardEvent('paste', init));
  return handled || field.ownerDocument.execCommand('insertText', false, text);
}"""
"""Dispatches a paste event, and inserts the text unless the page handles the event. Does not use the clipboard."""


class Paste(Verb):
    """Paste a text at the end of a field, or in place of its selected text.

    Use it for pages that react to a paste, and for code editors that ignore `fill`. The step neither reads nor changes
    the clipboard of the machine.

    ```yaml
    - press: textbox "Policy"
      key: Control+A
    - paste: textbox "Policy"
      with: ${policy}
    ```
    """

    name: ClassVar[str] = "paste"
    summary: ClassVar[str] = "Paste {with_} into {target}"

    target: Target
    """The field."""
    with_: str | Secret = Field(alias="with")
    """The text. A secret can only be the whole value."""

    def act(self, context: StepContext) -> None:
        context.focus_at_end()
        if not context.control.evaluate(PASTE, context.reveal(self.with_)):
            raise StepFailed("This control does not accept a paste.")
