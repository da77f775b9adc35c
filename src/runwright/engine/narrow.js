// Which of the candidates are inside a box, in a column, hold a value, stand next behind an anchor: their indexes.
(_, [candidates, inside, anchors, column, value]) => {
  const up = (node) => node.assignedSlot || node.parentNode || (node.host ?? null);
  const chain = (node) => { const all = []; for (let n = node; n; n = up(n)) all.unshift(n); return all; };
  const words = (text) => (text || '').replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, ' ').trim();
  let kept = candidates.map((element, index) => ({ element, index, chain: chain(element) }));
  if (inside !== null)
    kept = kept.filter((c) => inside.some((box) => box !== c.element && c.chain.includes(box)));
  if (value !== null)
    kept = kept.filter((c) => words(c.element.value ?? c.element.innerText) === words(value));
  if (column !== null)
    kept = kept.filter((c) => {
      const cell = c.element.closest('td, th, [role=cell], [role=gridcell], [role=rowheader]');
      const row = cell && cell.closest('tr, [role=row]');
      const table = row && row.closest('table, [role=table], [role=grid], [role=treegrid]');
      if (!table) return false;
      const place = (one) => [...one.parentElement.children].filter((o) => !/^(STYLE|SCRIPT)$/.test(o.tagName))
        .reduce((at, o) => o === one ? { at: at.at, hit: at.at } : { at: at.at + (o.colSpan || 1), hit: at.hit },
          { at: 0, hit: -1 }).hit;
      const heads = [...table.querySelectorAll('th, [role=columnheader], thead td')]
        .filter((head) => words(head.innerText) === words(column));
      return heads.some((head) => place(head) === place(cell));
    });
  if (anchors !== null) {
    const best = new Set();
    for (const anchor of anchors) {
      const line = chain(anchor);
      const later = kept.filter((c) => c.element !== anchor && !c.chain.includes(anchor) &&
        anchor.compareDocumentPosition(c.element) & Node.DOCUMENT_POSITION_FOLLOWING);
      const shared = (c) => line.filter((node, i) => c.chain[i] === node).length;
      const deepest = Math.max(0, ...later.map(shared));
      const first = later.find((c) => shared(c) === deepest);
      if (first) best.add(first);
    }
    kept = kept.filter((c) => best.has(c));
  }
  return kept.map((c) => c.index);
}
