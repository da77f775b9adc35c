from typing import ClassVar

from pydantic import Field

from runwright.verb import Secret, Stage, StepFailed, Target, Verb

PASTE = """(field, text) => {
  const there = field.ownerDocument, root = field.getRootNode();
  const inside = (node) => node && (node === field || field.contains(node)) ? node : null;
  const had = inside(root.activeElement);
  if (!had) {
    field.focus();
    if (typeof field.selectionStart === 'number') field.setSelectionRange(field.value.length, field.value.length);
    else if (field.isContentEditable) {
      there.getSelection().selectAllChildren(field);
      there.getSelection().collapseToEnd();
    }
  }
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const given = { clipboardData: data, bubbles: true, cancelable: true, composed: true };
  const taken = !(inside(root.activeElement) ?? field).dispatchEvent(new ClipboardEvent('paste', given));
  return taken || there.execCommand('insertText', false, text);
}"""
"""Tells the page of a paste, and does what a browser does where the page lets it. The clipboard is not touched."""


class Paste(Verb):
    """Paste a text, as from the clipboard: behind what stands in the field, or in place of what is selected in it.

    For pages that listen to a paste, and for code editors, into which `fill` puts nothing. The clipboard of the
    machine is neither used nor changed.

    ```yaml
    - press: textbox "Policy"
      key: Control+A
    - paste: textbox "Policy"
      with: ${policy}
    ```
    """

    name: ClassVar[str] = "paste"
    says: ClassVar[str] = "Paste {with_} into {target}"

    target: Target
    """The field."""
    with_: str | Secret = Field(alias="with")
    """The text; a secret stands alone."""

    def act(self, stage: Stage) -> None:
        stage.control.scroll_into_view_if_needed()
        if not stage.control.evaluate(PASTE, stage.reveal(self.with_)):
            raise StepFailed("This control takes no paste.")
