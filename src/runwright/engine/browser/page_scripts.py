"""The scripts that read a page: what a person sees of a text, what a control holds, which controls a target means.

They are sent with the query that needs them, or once to each document: a page can neither see nor replace them.
"""

from __future__ import annotations

from pathlib import Path

from runwright.engine.secrets.credential_patterns import MIN_WORD

_FOLDER = Path(__file__).parent
LIBRARY = (_FOLDER / "page_reading.js").read_text("utf-8").strip()
"""An expression: the object of the functions `words`, `bare`, `seen`, `seenBox`, `text`, `value` and `holdsControl`."""
SCROLL = """(element) => {
  const box = element.getBoundingClientRect(), margin = Math.min(120, innerHeight / 6);
  if (box.top < margin || box.bottom > innerHeight - margin)
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  else element.scrollIntoViewIfNeeded?.();
}"""
"""Scrolls a control into the viewport and away from its edges, where sticky bars would cover it."""
OBSERVE = (
    (_FOLDER / "observation.js")
    .read_text("utf-8")
    .replace("SCROLL(", f"({SCROLL})(")
    .replace("MIN_WORD", str(MIN_WORD))
)
"""A function: a document's title, count of DOM changes, texts that may be credentials, and a control's place."""
EDITABLE = "[contenteditable]:not([contenteditable=false], [role], [contenteditable] *)"
"""Editable text without a role is a text box to a person, although it is none to Playwright."""
TREE = (_FOLDER / "accessibility.js").read_text("utf-8").replace("EDITABLE_TEXT", EDITABLE).strip()
"""An expression: the object of the functions `role`, `name`, `states` and `hidden`, as Playwright computes them."""
MARKUP = (
    "a[href], area[href], button, dialog, h1, h2, h3, h4, h5, h6, iframe, frame, img, input, output, select, svg, "
    "textarea, th, tr, option, datalist, [role], "
) + EDITABLE
"""What may have one of the roles that `snapshot.CONTROLS` lists."""
NARROW = (
    (_FOLDER / "narrow.js").read_text("utf-8").replace("LIBRARY;", f"{LIBRARY};").replace("TREE;", f"{TREE};").strip()
)
"""A function: of the candidates of a target, those that are meant."""
SEARCH = (
    (_FOLDER / "target_search.js")
    .read_text("utf-8")
    .replace("TREE,", f"{TREE},")
    .replace("NARROW,", f"{NARROW},")
    .replace("'MARKUP'", f"'{MARKUP}'")
    .strip()
)
"""A function: the elements of a document that a target means, given as the plan that `target_plans` makes of it."""
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
KEEP = """(all, role) => {
  const name = Symbol.for('inspected roles');
  if (!(name in window)) Object.defineProperty(window, name, { value: new Map(), configurable: true });
  window[name].set(role, all);
}"""
"""Keeps the elements of a role in the page, for `UNIQUE`."""
UNIQUE = (
    (_FOLDER / "unique_targets.js").read_text("utf-8").replace("NARROW,", f"{NARROW},").replace("TREE;", f"{TREE};")
)
"""A function: for each control, the first of its possible targets that means it alone."""
SEEN_TEXTS = f"""(all) => {{
  const page = {LIBRARY};
  return all.filter((one) => page.seen(one)).map((one) => one.innerText ?? one.textContent);
}}"""
"""The texts of those elements of which a person sees a text."""
OFFERED = (
    (_FOLDER / "offered_controls.js").read_text("utf-8").replace("TREE,", f"{TREE},").replace("LIBRARY,", f"{LIBRARY},")
)
"""A function: what a page offers, as a difference to what it offered at the call before."""
PLACES = (
    (_FOLDER / "control_places.js").read_text("utf-8").replace("TREE,", f"{TREE},").replace("LIBRARY;", f"{LIBRARY};")
)
"""A function: the controls of a document, each with the places that narrow it."""
OBSTACLE = (_FOLDER / "obstacle.js").read_text("utf-8").replace("LIBRARY;", f"{LIBRARY};").strip()
"""A function: what lies over an element, and whether it belongs to it."""
DRAG_EFFECT = (_FOLDER / "drag_effect.js").read_text("utf-8").strip()
"""A function, called on a control that is about to be dragged: an object that tells whether the drag had an effect."""
PAGE_WORDS = (_FOLDER / "page_words.js").read_text("utf-8").replace("LIBRARY;", f"{LIBRARY};").strip()
"""A function: what a page says of itself since an act, without a role for it."""
LIST_OPTIONS = (_FOLDER / "list_options.js").read_text("utf-8").replace("LIBRARY;", f"{LIBRARY};").strip()
"""A function: the options of an open list that match a text."""
VISIBLE = f"""() => {{
  const page = {LIBRARY}, all = new Set();
  const walk = (root) => {{
    for (const one of root.querySelectorAll('*')) {{
      if (one.getClientRects().length && page.seenBox(one)) all.add(one);
      if (one.shadowRoot) walk(one.shadowRoot);
    }}
  }};
  walk(document);
  return all;
}}"""
"""A function: the set of all elements that are in view, before a list opens."""
SHOWS = f"""(control, wanted) => {{
  const page = {LIBRARY}, found = page.bare(page.value(control)), text = page.bare(wanted);
  if (found) return found.includes(text) || (found.length > 1 && text.includes(found));
  return !/^(combobox|listbox)$/.test(control.getAttribute('role') ?? '') || page.text(document.body).includes(text);
}}"""
"""A function: whether a list shows an option. A list that stays empty shows it elsewhere on the page."""
SIGN_IN_FORM = f"""(known) => {{
  const page = {LIBRARY}, words = /\\b(sign|log)[ -]?(in|on)\\b|\\blogin\\b/i;
  const fields = [...document.querySelectorAll('input[type=password]')].filter(page.seenBox);
  if (!fields.length) return false;
  if (known || fields.some((one) => /current-password/.test(one.autocomplete))) return true;
  const named = [...document.querySelectorAll('h1, h2, h3, button, input[type=submit], [role=button], [role=heading]')];
  return named.filter(page.seenBox).some((one) => words.test(one.innerText || one.value || ''));
}}"""
"""A function: whether a page asks for a password to sign in; ``known`` if something else says that it is a sign-in."""
