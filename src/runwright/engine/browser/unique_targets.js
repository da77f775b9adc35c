// For each asked control, the number of the first of its possible targets that means it and no other: -1 if none does,
// -2 if the time was over. Elements are found as locate.py finds them: the elements of a role are Playwright's, then
// names, containers, anchors, and `narrow`. Takes NARROW (narrow.js) and TREE (accessibility.js).
([text, budget]) => {
  const kept = {}, narrow = NARROW, tree = TREE;
  const start = performance.now();
  const { asked, places, parts } = JSON.parse(text);
  const inspected = window[Symbol.for('inspected')], sets = window[Symbol.for('inspected roles')];
  const up = (node) => node.assignedSlot || node.parentNode || (node.host ?? null);
  const letters = (name) => name.replace(/[^\p{L}\p{N}]/gu, '');
  const escaped = (char) => parts.apostrophes.includes(char) ? `[${parts.apostrophes}]`
    : /[A-Za-z0-9]/.test(char) || char > '\x7f' ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  const pattern = (kind, text) => {
    const words = text.split(/\s+/).filter(Boolean).map((word) => [...word].map(escaped).join(parts.silent)).join(parts.gap);
    return new RegExp(kind === 'exact' ? `${parts.start}${words}${parts.end}` : kind === 'starting' ? `${parts.start}${words}` : words);
  };
  // keys that a name may end with, which make no other name of it
  const KEYS = /[\u2318\u2325\u21e7\u2303]|ctrl|control|strg|cmd|command|shift|alt|option|meta|win/i;
  const gather = (all, keysOf) => {
    const found = new Map();
    for (const one of all) for (const each of keysOf(one)) { if (!found.has(each)) found.set(each, []); found.get(each).push(one); }
    return found;
  };
  const threes = (word) => { const found = new Set(); for (let at = 3; at <= word.length; at += 1) found.add(word.slice(at - 3, at)); return found; };
  // The elements of a role with their names, by the letters of the names, and by each three letters in a row
  const known = inspected.known ??= new Map();  // the next controls of the same inspection
  const ofRole = (role) => {
    if (!known.has(role)) {
      const only = new Set([role]);
      const all = (sets.get(role) ?? []).map((element, at) => {
        const name = tree.controlName(element, tree.control(element, only));
        return { element, at, name, plain: letters(name) };
      });
      known.set(role, { all, equal: gather(all, (one) => [one.plain]), keyed: all.filter((one) => KEYS.test(one.name)), threes: null });
    }
    return known.get(role);
  };
  // Those that may have a name; no pattern is needed to rule out the others
  const candidates = (role, kind, own) => {
    const found = ofRole(role);
    if (kind === 'exact' && own)
      return [...found.equal.get(own) ?? [], ...found.keyed.filter((one) => one.plain !== own && one.plain.startsWith(own))];
    if (own.length < 3) return found.all;
    found.threes ??= gather(found.all, (one) => threes(one.plain));
    let fewest = found.all;
    for (const each of threes(own)) { const there = found.threes.get(each) ?? []; if (there.length < fewest.length) fewest = there; }
    return fewest.filter((one) => one.plain.includes(own));
  };
  const matched = new Map();
  const matching = ({ role, names }) => {
    const key = JSON.stringify([role, names]);
    if (!matched.has(key)) {
      const found = new Set(names.length ? [] : ofRole(role).all);
      for (const [kind, words] of names) {
        let wanted = null;
        for (const one of candidates(role, kind, letters(words)))
          if (kind === 'exact' && one.name === words ? true : (wanted ??= pattern(kind, words)).test(one.name)) found.add(one);
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
        group = target.alone ? inner.slice(Math.max(0, first - 2), first + 3) : inner;
        break;
      }
    }
    if (target.idle) return group;
    if (target.nth !== null && boxes === null && anchors === null && target.alone) return group.slice(target.nth - 1, target.nth);
    return narrow([group], boxes, anchors, null, target.options, kept);
  };
  return asked.map(([index, targets]) => {
    if (performance.now() - start > budget) return -2;
    return targets.findIndex((target) => { const found = meant(target); return found.length === 1 && found[0] === inspected[index]; });
  });
}
