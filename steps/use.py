from typing import ClassVar

from runwright.verb import BlockName, Verb


class Use(Verb):
    """Do the steps of a block, which stands under `blocks` or in a file `steps/NAME.yaml`. What
    else would stand around it, as `expect`, stands around the block's own steps.

    ```yaml
    - use: oauth page
    ```
    """

    name: ClassVar[str] = "use"
    says: ClassVar[str] = "Do the steps of “{block}”"
    around: ClassVar[tuple[str, ...] | None] = ("when",)

    block: BlockName
    """The block's name."""
