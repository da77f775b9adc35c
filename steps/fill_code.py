from typing import ClassVar

from pydantic import Field

from runwright.verb import ElementHandle, Secret, StepContext, StepFailed, Target, Verb

_FIELDS = """(element, count) => {
  const fits = 'input:is([type=text], [type=tel], [type=number], [type=password], [type=search], :not([type]))';
  const found = (root) => [...root.querySelectorAll(fits)].filter((each) => each.checkVisibility() && !each.disabled);
  const first = element.matches(fits) ? element : found(element)[0];
  if (!first) return [];
  for (let around = element; around; around = around.parentElement ?? around.getRootNode().host) {
    const inside = found(around);
    if (inside.length === count && inside[0] === first && first.maxLength !== count) return inside;
    if (inside.length > count) break;
  }
  return [first];
}"""
"""The boxes of a code: as many fields as it has characters, in the nearest element around them; else the one field."""
_FOCUSED = "(field) => field.getRootNode().activeElement === field"
_VALUE = "(field) => field.isConnected ? field.value : null"
_ADVANCE = 0.3
"""Seconds in which a page moves on to the next box."""


class FillCode(Verb):
    """Fill in a one-time code: in one field, or in the boxes that take one character each.

    Declare the secret with `type: totp`, and the code of that moment is typed, never the seed. A code that ends within
    5 s is not typed: the step waits for the next one, and for a new one if it was typed before. Of boxes, the target is
    the first one, or the group around them; pages that move on to the next box by themselves, and pages that send the
    code with its last character, are both fine. A code that the site refuses is not typed again. For a code that a
    person receives, `ask` for it first.

    ```yaml
    - fill_code: textbox "Authentication code"
      with: ${second_factor}
      expect: heading "Dashboard"
    - fill_code: group "Verification code"
      with: ${mailed_code}
    ```
    """

    name: ClassVar[str] = "fill_code"
    summary: ClassVar[str] = "Fill {target} with the code {with_}"
    aliases: ClassVar[tuple[str, ...]] = ("totp", "otp", "mfa", "enter_code", "one_time_code")

    target: Target
    """The field, the first of several boxes, or the group around them."""
    with_: str | Secret = Field(alias="with")
    """The code. A secret can only be the whole value."""

    def act(self, context: StepContext) -> None:
        field = context.control
        boxes = _fields(field, 0)
        if not boxes:
            raise StepFailed("There is no field for a code.")
        code = context.reveal(self.with_, boxes[0])
        boxes = _fields(field, len(code))
        for each in boxes[1:]:
            context.reveal(self.with_, each)  # a secret, too: it is redacted as one, and typed only where it may be
        if len(boxes) == 1:
            boxes[0].select_text()
            boxes[0].type(code)
        else:
            self._by_boxes(context, boxes, code)
        held = context.until(lambda: ([each.evaluate(_VALUE) for each in boxes],), 0)  # None: the page was left
        written = "".join(each or "?" for each in held[0]) if held else ""
        if written.strip("?") and [*filter(str.isalnum, written)] != [*filter(str.isalnum, code)]:
            raise StepFailed("The page shows another code than the one that was typed. Name its field, or first box.")

    @staticmethod
    def _by_boxes(context: StepContext, boxes: list[ElementHandle], code: str) -> None:
        """Type one character into each box; a page that moves on by itself has done so before the next one."""
        advances = True
        for box, character in zip(boxes, code, strict=True):
            if box.evaluate(_VALUE):
                box.select_text()
            box.type(character)
            if advances and box is not boxes[-1]:
                advances = context.until(lambda: not box.evaluate(_FOCUSED), _ADVANCE) is not None  # noqa: B023


def _fields(element: ElementHandle, count: int) -> list[ElementHandle]:
    """The fields that take a code of so many characters."""
    listed = element.evaluate_handle(_FIELDS, count)
    found = [each.as_element() for each in listed.get_properties().values()]
    return [each for each in found if each is not None]
