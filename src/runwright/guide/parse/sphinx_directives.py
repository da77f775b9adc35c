"""The directives of Sphinx and its extensions, by what a reader sees of them. The names of MyST are the same."""

from __future__ import annotations

NO_TEXT = frozenset(
    "include raw literalinclude toctree contents index meta highlight default-role role currentmodule module"  # noqa: SIM905
    " tabularcolumns sectnum section-numbering target-notes autosummary automodule autoclass autofunction automethod"
    " youtube video vimeo iframe math graphviz digraph graph mermaid uml plantuml title header footer date unicode"
    " local-toc tableofcontents sectionauthor codeauthor moduleauthor bibliography program default-domain".split()
)
"""Directives of which a reader sees no sentence. Those that would read a file or run code are among them."""
ARGUMENT_IS_NO_TEXT = frozenset(
    "container class rst-class cssclass only ifconfig ifconditional grid compound div eval-rst".split()  # noqa: SIM905
)
CODE = frozenset("code code-block sourcecode code-cell parsed-literal console prompt command-output".split())  # noqa: SIM905
IMAGES = frozenset("image figure thumbnail screenshot".split())  # noqa: SIM905
TABS = frozenset("tab group-tab tab-item tabbed code-tab".split())  # noqa: SIM905
LIST_TABLES = frozenset("list-table flat-table".split())  # noqa: SIM905
