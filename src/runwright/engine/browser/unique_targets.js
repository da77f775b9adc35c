// For each asked control, the number of the first of its possible targets that means it and no other: -1 if none does,
// -2 if the time was over. Elements are found as locate.py finds them: the elements of a role are Playwright's, then
// names, containers, anchors, and `narrow`. Takes NARROW (narrow.js) and TREE (accessibility.js).
([text, budget]) => {
  const narrow = NARROW, tree = TREE;
  const start = performance.now();
  const { asked, places } = JSON.parse(text);
  const inspected = window[Symbol.for('inspected')], sets = window[Symbol.for('inspected roles')];
  const up = (node) => node.assignedSlot || node.parentNode || (node.host ?? null);
  const letters = (name) => name.replace(/[^\p{L}\p{N}]/gu, '');
  // The elements of a role with their names; sorted by the letters of the names, so that those of one name are close
  const known = new Map();
  const ofRole = (role) => {
    if (!known.has(role)) {
      const only = new Set([role]);
      const all = (sets.get(role) ?? []).map((element, at) => {
        const name = tree.controlName(element, tree.control(element, only));
        return { element, at, name, plain: letters(name) };
      });
      known.set(role, { all, sorted: [...all].sort((one, other) => (one.plain < other.plain ? -1 : one.plain > other.plain ? 1 : 0)) });
    }
    return known.get(role);
  };
  const starting = (sorted, own) => {
    let [low, high] = [0, sorted.length];
    while (low < high) { const middle = (low + high) >> 1; if (sorted[middle].plain < own) low = middle + 1; else high = middle; }
    let end = low;
    while (end < sorted.length && sorted[end].plain.startsWith(own)) end += 1;
    return sorted.slice(low, end);
  };
  const matched = new Map();
  const matching = ({ role, names }) => {
    const key = JSON.stringify([role, names]);
    if (!matched.has(key)) {
      const { all, sorted } = ofRole(role), found = new Set(names.length ? [] : all);
      for (const [kind, source, own] of names) {
        const pattern = new RegExp(source), own_ = letters(own);
        const may = kind === 'exact' && own_ ? starting(sorted, own_) : all;
        for (const one of may) if (one.plain.includes(own_) && pattern.test(one.name)) found.add(one);
      }
      matched.set(key, { list: [...found].sort((one, other) => one.at - other.at).map((one) => one.element), within: null });
    }
    return matched.get(key);
  };
  // Those that an element holds, in document order
  const within = (match, box) => {
    if (!match.within) {
      match.within = new Map();
      for (const one of match.list)
        for (let at = up(one); at; at = up(at)) { if (!match.within.has(at)) match.within.set(at, []); match.within.get(at).push(one); }
    }
    return match.within.get(box) ?? [];
  };
  const follows = (anchor, one) => !!(anchor.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) && !anchor.contains(one);
  const resolved = new Map();
  const place = (number) => {
    if (!resolved.has(number)) resolved.set(number, meant(places[number]));
    return resolved.get(number);
  };
  const meant = (target) => {
    const match = matching(target);
    let group = match.list, boxes = null, anchors = null;
    if (target.inside !== null) {
      boxes = place(target.inside);
      group = boxes.length === 1 ? within(match, boxes[0]) : match.list.filter((one) => boxes.some((box) => within(match, box).includes(one)));
    }
    if (target.near !== null) {
      anchors = place(target.near);
      if (anchors.length !== 1) return [];
      const [anchor] = anchors;
      for (let at = boxes === null ? up(anchor) : null; at; at = up(at)) {
        const inner = within(match, at), first = inner.findIndex((one) => follows(anchor, one));
        if (first < 0) continue;
        group = inner.slice(Math.max(0, first - 2), first + 3);
        break;
      }
    }
    if (target.idle) return group;
    if (target.nth !== null && boxes === null && anchors === null && target.alone) return group.slice(target.nth - 1, target.nth);
    return narrow([group], boxes, anchors, null, target.options);
  };
  return asked.map(([index, targets]) => {
    if (performance.now() - start > budget) return -2;
    return targets.findIndex((target) => { const found = meant(target); return found.length === 1 && found[0] === inspected[index]; });
  });
}
