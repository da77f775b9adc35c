"""The scripts that read a page: what a person sees of a text, what a control holds, which controls a target means.

They are sent with each query that needs them: a page can neither see nor replace them.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent
LIBRARY = (_FOLDER / "page_reading.js").read_text("utf-8").strip()
"""An expression: the object of the functions `words`, `bare`, `seen`, `seenBox`, `text` and `value`."""
NARROW = (_FOLDER / "narrow.js").read_text("utf-8").replace("LIBRARY;", f"{LIBRARY};").strip()
"""A function: of the candidates of a target, those that are meant."""
KEPT = f"""(all, options) => {{
  const narrow = {NARROW};
  return narrow([all], null, null, null, options);
}}"""
"""The same for a target that needs neither a container nor an anchor."""
COUNT = f"(all, options) => ({KEPT})(all, options).length"
"""How many are meant."""
INDEXES = f"""(_, [groups, inside, near, before, options]) => {{
  const narrow = {NARROW};
  const all = groups.flat();
  return narrow(groups, inside, near, before, options).map((one) => all.indexOf(one));
}}"""
"""The indexes of those that are meant among all groups of candidates."""
SEEN_TEXTS = f"""(all) => {{
  const page = {LIBRARY};
  return all.filter((one) => page.seen(one)).map((one) => one.innerText ?? one.textContent);
}}"""
"""The texts of those elements of which a person sees a text."""
