// Returns which of the candidates of a target are meant: first those in a place (inside, column, front, near, before, nth), at
// last those of them in the required states. `groups` holds the candidates of each alternative of the target, `heads`
// what is tested on them. `kept` keeps what was read of the page for further calls, while it does not change. Takes
// LIBRARY (page_reading.js).
(groups, inside, near, before, { heads, own, column, front, nth }, kept = {}) => {
  const page = kept.page ??= LIBRARY;
  const up = (node) => node.assignedSlot || node.parentNode || (node.host ?? null);
  const chain = (node) => { const all = []; for (let n = node; n; n = up(n)) all.unshift(n); return all; };
  const follows = (one, other) => {
    const at = one.findIndex((node, i) => node !== other[i]);
    return at >= 0 && at < other.length && !!(one[at].compareDocumentPosition(other[at]) & Node.DOCUMENT_POSITION_FOLLOWING);
  };

  // Columns
  const TABLE = 'table, [role=table], [role=grid], [role=treegrid]';
  const CELL = 'td, th, [role=cell], [role=gridcell], [role=rowheader], [role=columnheader]';
  const HEAD = 'th, [role=columnheader], thead td';
  const number = (element, name) => Number.parseInt(element.getAttribute(name) ?? '', 10);
  const called = (element) => page.bare(element.innerText) === page.bare(column) || page.bare(element.textContent) === page.bare(column);
  // where each cell of a table starts and ends, counted in columns; cells may span several rows or columns
  const known = kept.places ??= new Map();
  const places = (table) => {
    if (known.has(table)) return known.get(table);
    const found = new Map(), below = [];
    known.set(table, found);
    for (const row of table.querySelectorAll('tr, [role=row]')) {
      if (row.closest(TABLE) !== table) continue;
      let at = Math.max(0, (number(row, 'aria-colindex') || 1) - 1);
      for (const cell of row.querySelectorAll(CELL)) {
        if (cell.closest('tr, [role=row]') !== row) continue;
        while (below[at] > 0) below[at++] -= 1;
        if (number(cell, 'aria-colindex') >= 1) at = number(cell, 'aria-colindex') - 1;
        const wide = cell.colSpan || number(cell, 'aria-colspan') || 1;
        const tall = cell.rowSpan || number(cell, 'aria-rowspan') || 1;
        found.set(cell, [at, at + wide]);
        for (let n = wide; n > 0; n -= 1) below[at++] = tall - 1;
      }
      for (; at < below.length; at += 1) if (below[at] > 0) below[at] -= 1;
    }
    return found;
  };
  // heads that no row of the control's own table has: the control is in the column that a person sees it under
  const under = (head, element) => {
    const box = element.getBoundingClientRect(), middle = (box.left + box.right) / 2;
    let cell = head;
    while (cell.parentElement && called(cell.parentElement)) cell = cell.parentElement;
    const top = cell.getBoundingClientRect();
    if (!top.width || !box.width || top.bottom > box.top + 2 || cell.contains(element)) return false;
    const within = (one) => one.left <= middle && middle <= one.right;
    if (within(top)) return true;
    const line = [...(cell.parentElement?.children ?? [])].filter((one) => one !== cell)
      .map((one) => [one.getBoundingClientRect(), page.words(one.textContent)])
      .filter(([one]) => one.width && one.top < top.bottom && one.bottom > top.top);
    if (line.length === 0 || line.some(([one]) => within(one) && one.width >= 24)) return false;
    const far = (one) => Math.max(one.left - middle, middle - one.right);
    return line.every(([one, text]) => !text || far(one) > far(top));
  };
  const shared = (one, other) => { const line = chain(one), others = chain(other); return line.filter((n, i) => n === others[i]).length; };
  const lone = () => {  // elements that hold nothing but the head's text
    const all = [], walk = (root) => {
      for (const one of root.querySelectorAll('*')) {
        if (one.shadowRoot) walk(one.shadowRoot);
        if (one.textContent.length < 500 && called(one) && ![...one.children].some(called) && page.seen(one)) all.push(one);
      }
    };
    walk(document);
    return all;
  };
  const kind = (name) => ((kept.columns ??= new Map()).has(column) || kept.columns.set(column, {}), kept.columns.get(column)[name] ??= new Map());
  const headsOf = (table, place) => {  // the heads of a table, and those of them that are called so
    const all = kept.heads ??= new Map(), named = kind('named');
    if (!all.has(table)) all.set(table, [...table.querySelectorAll(HEAD)].filter((head) => place.has(head)));
    if (!named.has(table)) named.set(table, all.get(table).filter(called));
    return [all.get(table), named.get(table)];
  };
  const topOf = (table) => {  // the heads above a table's rows that have a text
    const all = kept.top ??= new Map();
    if (!all.has(table)) all.set(table, headsOf(table, places(table))[0].filter((head) => head.matches('thead *, [role=columnheader]') && page.words(head.innerText)));
    return all.get(table);
  };
  let apart = kind('apart').get('') ?? null;
  const inColumn = (element) => {
    const cell = element.closest(CELL), row = cell?.closest('tr, [role=row]'), table = row?.closest(TABLE);
    if (table) {
      const place = places(table);
      const heads = headsOf(table, place)[1].filter((head) => head !== cell);
      if (heads.length && place.has(cell)) {
        const [at] = place.get(cell);
        return heads.some((head) => place.get(head)[0] <= at && at < place.get(head)[1]);
      }
      if (topOf(table).some((head) => head !== cell)) return false;
    }
    if (apart === null) kind('apart').set('', apart = [[...document.querySelectorAll(HEAD)].filter((one) => called(one) && page.seen(one)), null]);
    if (apart[0].length === 0) apart[0] = apart[1] ??= lone();
    const deepest = Math.max(0, ...apart[0].map((head) => shared(head, element)));
    return apart[0].some((head) => shared(head, element) === deepest && under(head, element));
  };

  // In front: what a person can reach, as nothing lies over it
  const holder = (node) => { const next = up(node); return next instanceof ShadowRoot ? next.host : next instanceof Element ? next : null; };
  const hit = (x, y) => {
    let found = document.elementFromPoint(x, y);
    for (let inner = found; inner?.shadowRoot; found = inner) {
      inner = inner.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === found) break;
    }
    return found;
  };
  const frameInFront = (x, y) => {
    for (let view = window; ; view = view.parent) {
      let frame = null;
      try { frame = view.frameElement; } catch { return true; }  // of another site
      if (!frame) return true;
      const edge = frame.getBoundingClientRect();
      [x, y] = [x + edge.left + frame.clientLeft, y + edge.top + frame.clientTop];
      const top = frame.getRootNode().elementFromPoint(x, y);
      if (top && top !== frame) return false;
    }
  };
  const lifted = (element) => {
    const css = getComputedStyle(element);
    return css.position === 'fixed' || (css.position === 'absolute' && Number(css.zIndex) > 0) || element.matches(':modal, :popover-open');
  };
  // the part of a box that is in view; `out` is the box that must be scrolled to see it
  const inView = (element) => {
    let { left, top, right, bottom } = element.getBoundingClientRect();
    for (let box = holder(element), leaving = getComputedStyle(element).position; box && leaving !== 'fixed'; box = holder(box)) {
      const css = getComputedStyle(box);
      const passed = leaving === 'absolute' && css.position === 'static';
      if (!passed && box !== document.body && box !== document.documentElement && css.overflow !== 'visible') {
        const edge = box.getBoundingClientRect();
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
        if (right - left < 1 || bottom - top < 1) return { out: box };
      }
      if (!passed) leaving = css.position;
    }
    [left, right] = [Math.max(left, 0), Math.min(right, innerWidth)];
    [top, bottom] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
    return right - left < 1 || bottom - top < 1 ? { out: document.documentElement } : { left, top, right, bottom };
  };
  const inFront = (element) => {
    const line = chain(element);
    const belongs = (one, box) => {
      const label = one.closest('label');
      if (box === element) return chain(one).includes(element) || line.includes(one) || label?.control === element || label?.contains(element);
      // a box that scrolls: nothing in it lies over the rest of it, but for what the element is in
      for (let inner = one; inner; inner = holder(inner)) {
        if (inner === box) return true;
        if (lifted(inner) && !line.includes(inner)) return false;
      }
      return false;
    };
    for (let box = element; box; ) {
      const view = inView(box);
      if (view.out) {
        if (view.out === box) return false;
        box = view.out;
        continue;
      }
      const [wide, tall] = [view.right - view.left, view.bottom - view.top];
      return [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5], [0.5, 0.2], [0.5, 0.8]].some(([across, down]) => {
        const [x, y] = [view.left + wide * across, view.top + tall * down];
        const found = hit(x, y);
        return found !== null && belongs(found, box) && frameInFront(x, y);
      });
    }
    return false;
  };

  // States
  const STATES = {
    // some pages write a checkbox or switch of their own with `aria-pressed`
    checked: (e) => e.matches('input') ? (e.indeterminate ? 'mixed' : e.checked) : said(e, 'aria-checked', null) ?? said(e, 'aria-pressed'),
    selected: (e) => e.matches('option') ? e.selected : said(e, 'aria-selected'),
    pressed: (e) => said(e, 'aria-pressed'),
    expanded: (e) => e.matches('details, summary') ? e.closest('details')?.open : said(e, 'aria-expanded', null),
    disabled: (e) => e.matches(':disabled') || e.closest('[aria-disabled]')?.getAttribute('aria-disabled') === 'true',
    level: (e) => number(e, 'aria-level') || Number(/^H([1-6])$/.exec(e.tagName)?.[1] ?? 0),
  };
  const said = (e, name, absent = false) => {
    const value = e.getAttribute(name);
    return value === null ? absent : value === 'mixed' ? 'mixed' : value === 'true';
  };
  const OPPOSITE = { unchecked: 'checked', collapsed: 'expanded', enabled: 'disabled' };
  const holds = (element, state, wanted) => {
    if (state === 'level') return STATES.level(element) === Number(wanted);
    if (!state.startsWith('value')) {
      const found = STATES[OPPOSITE[state] ?? state](element);
      return wanted === 'mixed' ? found === 'mixed' : found === ((state in OPPOSITE) === (wanted === 'false'));
    }
    const value = page.words(page.value(element));
    switch (state) {
      case 'value': return value === page.words(wanted);
      case 'value not': return value !== page.words(wanted);
      case 'value starting': return value.startsWith(page.words(wanted));
      case 'value containing': return value.includes(page.words(wanted));
      default: return new RegExp(wanted).test(value);
    }
  };

  // names, as Playwright computes them
    const bearing = ([role, sources]) => {
    const patterns = sources.map((source) => new RegExp(source)), only = new Set([role]);
    const tree = kept.tree ??= TREE;
    return (element) => {
      const name = tree.controlName(element, tree.control(element, only));
      return patterns.some((one) => one.test(name));
    };
  };

  const solid = (text) => page.words(text).replace(/\s/g, '');
  const all = new Map();
  groups.forEach((group, index) => {
    const { seen, text, names } = heads[index];
    const named = names ? bearing(names) : () => true;
    for (const element of group) {
      if (!named(element)) continue;
      if (seen && !page.seen(element)) continue;
      if (text !== null && !solid(page.text(element)).includes(solid(text))) continue;
      if (!all.has(element)) all.set(element, { element, chain: chain(element), heads: [] });
      all.get(element).heads.push(heads[index]);
    }
  });
  let those = [...all.values()];
  if (groups.length > 1) those.sort((one, other) => (follows(one.chain, other.chain) || other.chain.includes(one.element) ? -1 : 1));
  if (inside !== null)
    those = those.filter((c) => inside.some((box) => box !== c.element && c.chain.includes(box)));
  if (column !== null) those = those.filter((c) => inColumn(c.element));
  if (front) those = those.filter((c) => inFront(c.element));
  if (near !== null) {
    const best = new Set();
    for (const anchor of near) {
      const line = chain(anchor);
      // a text anchor may be an element that contains the control, too: <li>prod-1 <button>
      const later = those.filter((c) => c.element !== anchor && !line.includes(c.element) &&
        (c.chain.includes(anchor) ? own.near : follows(line, c.chain)));
      const depth = (c) => line.filter((node, i) => c.chain[i] === node).length;
      const deepest = Math.max(0, ...later.map(depth));
      const first = later.find((c) => depth(c) === deepest);
      if (first) best.add(first);
    }
    those = those.filter((c) => best.has(c));
  }
  if (before !== null) {
    const best = new Set();
    for (const anchor of before) {
      const line = chain(anchor);
      const label = [...anchor.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      const earlier = those.filter((c) => c.element !== anchor && !line.includes(c.element) &&
        (c.chain.includes(anchor)
          ? own.before && !!label && !!(c.element.compareDocumentPosition(label) & Node.DOCUMENT_POSITION_FOLLOWING)
          : follows(c.chain, line)));
      if (earlier.length) best.add(earlier.at(-1));
    }
    those = those.filter((c) => best.has(c));
  }
  if (nth !== null) those = those.slice(nth - 1, nth);
  return those.filter((c) => c.heads.some((head) => head.states.every(([state, wanted]) => holds(c.element, state, wanted))))
    .map((c) => c.element);
}
