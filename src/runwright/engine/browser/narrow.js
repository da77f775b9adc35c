// Returns the indexes of the candidates that are inside a box, in a column, have a value, or come next after an anchor.
(_, [candidates, inside, anchors, own, column, value]) => {
  const up = (node) => node.assignedSlot || node.parentNode || (node.host ?? null);
  const chain = (node) => { const all = []; for (let n = node; n; n = up(n)) all.unshift(n); return all; };
  const UNREAD = /[\p{Co}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/gu;
  const words = (text) =>
    (text || '').replace(UNREAD, ' ').replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, ' ').trim();
  const TABLE = 'table, [role=table], [role=grid], [role=treegrid]';
  // the column in which each cell of a table starts, taking cells into account that span several rows or columns
  const known = new Map();
  const places = (table) => {
    if (known.has(table)) return known.get(table);
    const found = new Map(), below = [];
    known.set(table, found);
    for (const row of table.querySelectorAll('tr, [role=row]')) {
      if (row.closest(TABLE) !== table) continue;
      let at = 0;
      for (const cell of [...row.children].filter((one) => !/^(STYLE|SCRIPT)$/.test(one.tagName))) {
        while (below[at] > 0) below[at++] -= 1;
        found.set(cell, at);
        for (let n = cell.colSpan || 1; n > 0; n -= 1) below[at++] = (cell.rowSpan || 1) - 1;
      }
      for (; at < below.length; at += 1) if (below[at] > 0) below[at] -= 1;
    }
    return found;
  };
  const follows = (one, other) => {
    const at = one.findIndex((node, i) => node !== other[i]);
    return !!(one[at].compareDocumentPosition(other[at]) & Node.DOCUMENT_POSITION_FOLLOWING);
  };
  let kept = candidates.map((element, index) => ({ element, index, chain: chain(element) }));
  if (inside !== null)
    kept = kept.filter((c) => inside.some((box) => box !== c.element && c.chain.includes(box)));
  if (value !== null)
    kept = kept.filter((c) => words(c.element.value ?? c.element.innerText) === words(value));
  if (column !== null)
    kept = kept.filter((c) => {
      const cell = c.element.closest('td, th, [role=cell], [role=gridcell], [role=rowheader]');
      const row = cell && cell.closest('tr, [role=row]');
      const table = row && row.closest(TABLE);
      if (!table) return false;
      const place = places(table);
      const heads = [...table.querySelectorAll('th, [role=columnheader], thead td')]
        .filter((head) => place.has(head) && words(head.innerText) === words(column));
      return heads.some((head) => place.get(head) === place.get(cell));
    });
  if (anchors !== null) {
    const best = new Set();
    for (const anchor of anchors) {
      const line = chain(anchor);
      // a text anchor may be an element that contains the control, too: <li>prod-1 <button>
      const later = kept.filter((c) => c.element !== anchor && !line.includes(c.element) &&
        (c.chain.includes(anchor) ? own : follows(line, c.chain)));
      const shared = (c) => line.filter((node, i) => c.chain[i] === node).length;
      const deepest = Math.max(0, ...later.map(shared));
      const first = later.find((c) => shared(c) === deepest);
      if (first) best.add(first);
    }
    kept = kept.filter((c) => best.has(c));
  }
  return kept.map((c) => c.index);
}
