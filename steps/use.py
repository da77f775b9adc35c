from typing import ClassVar

from runwright.verb import BlockName, Verb


class Use(Verb):
    """Run the steps of a block.

    Define the block under `blocks`, or in a file `steps/NAME.yaml`. Fields such as `expect` belong to the steps in the
    block; only `when` and `within` can be written here.

    ```yaml
    - use: oauth page
    ```
    """

    name: ClassVar[str] = "use"
    summary: ClassVar[str] = "Run the block “{block}”"
    common_fields: ClassVar[tuple[str, ...] | None] = ("when", "within")

    block: BlockName
    """The name of the block."""
