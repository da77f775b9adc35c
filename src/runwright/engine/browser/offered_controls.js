// What a page offers, in one walk: [token, how many of the earlier list's first and last controls are unchanged, the
// controls between them]. A control is [role, name, states, label, options,
// chosen, nearest]. Names are kept between calls and computed again where the page has changed since: the call costs as
// much as the page changes. Takes TREE (accessibility.js) and LIBRARY (page_reading.js).
([known, wanted, names]) => {
  const tree = TREE, page = LIBRARY, key = Symbol.for('offered');
  const ROLES = new Set('ROLE_NAMES'.split(' '));
  const MAY = 'MARKUP';
  const state = window[key] ?? (() => {
    const made = {
      token: 0, list: [], kept: new WeakMap(), users: new Map(), roots: new Set(), lit: [], frames: [],
      own: { now: performance.now.bind(performance), round: Math.random().toString(36).slice(2) },
    };
    made.pending = [];
    made.observer = new MutationObserver((records) => {
      if (made.pending.length + records.length > 2000) made.stale(); else made.pending.push(...records);
    });
    made.stale = () => { made.pending = []; made.kept = new WeakMap(); made.users = new Map(); };
    Object.defineProperty(window, key, { value: made, enumerable: false, configurable: true });
    return made;
  })();
  const watch = (root) => {
    if (state.roots.has(root)) return;
    state.roots.add(root);
    state.observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  };
  watch(document);

  // Forget the names that may have changed
  const forget = (source) => { for (const one of state.users.get(source) ?? []) state.kept.delete(one); state.users.delete(source); };
  const above = (node) => { for (let at = node; at; at = at.assignedSlot ?? at.parentElement ?? at.getRootNode().host ?? null) forget(at); };
  const WHOLE = 'style, link, label';
  const refresh = () => {
    const records = [...state.pending, ...state.observer.takeRecords()];
    state.pending = [];
    const places = new Set(), inner = new Set();
    for (const one of records) {
      const element = one.target.nodeType === Node.ELEMENT_NODE ? one.target : one.target.parentElement ?? one.target.host ?? document.documentElement;
      places.add(element);
      if (one.type === 'attributes') {
        if (/^(id|for|slot)$/.test(one.attributeName) || element.matches(`${WHOLE}, html, head *`)) return state.stale();
        if (element.parentElement) inner.add(element.parentElement);  // a class may count for what follows it
      } else if (one.type === 'childList') {
        for (const node of [...one.addedNodes, ...one.removedNodes])
          if (node.nodeType === Node.ELEMENT_NODE && (node.matches(WHOLE) || node.querySelector(WHOLE))) return state.stale();
        if (element.matches('style, head')) return state.stale();
      }
      if (places.size > 200 || inner.size > 20) return state.stale();
    }
    const lit = [[...document.querySelectorAll(':hover')].at(-1), document.activeElement].filter(Boolean);
    for (const one of [...lit, ...state.lit]) places.add(one);
    state.lit = lit;
    for (const one of places) above(one);
    for (const one of inner) for (const source of [...state.users.keys()]) if (one.contains(source)) forget(source);
  };
  refresh();
  tree.again();

  // Labels of controls without a name
  const text = (node) => page.words(node.nodeType === Node.TEXT_NODE ? node.data : node.textContent).slice(0, 120);
  const head = (element) => {
    const row = element.closest('tr, [role=row]'), cell = element.closest('td, th, [role=cell], [role=gridcell]');
    if (!row || !cell) return ['', row];
    const heads = [row.querySelector('th, [role=rowheader]'), ...row.querySelectorAll('td, [role=cell], [role=gridcell]')];
    return [text(heads.find((one) => one && one !== cell && !one.contains(element) && text(one)) ?? document.createTextNode('')), row];
  };
  const beside = (element) => {
    for (let at = element, level = 0; at && level < 3; at = at.parentElement, level += 1) {
      for (let near = at.previousSibling; near; near = near.previousSibling) {
        if (near.nodeType === Node.ELEMENT_NODE && page.holdsControl(near)) continue;
        if (near.nodeType <= 3 && text(near)) return [text(near), at.parentElement];
      }
      if (at.matches('form, table, fieldset, dialog, [role=dialog], li, body')) break;
    }
    return ['', element.parentElement];
  };
  const title = (box) => {
    const found = box.querySelector('h1, h2, h3, h4, h5, h6, [role=heading], [class*=title i], [class*=header i]');
    if (found && text(found)) return [text(found), box];
    const nodes = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode())
      if (node.data.trim() && !node.parentElement.closest('script, style, template') && !tree.hidden(node.parentElement)) return [text(node), box];
    return ['', box];
  };
  const labelled = (element, role) => {
    if (/^(dialog|alertdialog)$/.test(role)) return title(element);
    if (!/^(button|link|textbox|searchbox|combobox|listbox|checkbox|radio|switch|slider|spinbutton|menuitem\w*)$/.test(role)) return ['', null];
    const placeholder = element.getAttribute('placeholder') || element.getAttribute('aria-placeholder');
    if (placeholder) return [page.words(placeholder), null];
    const [found, row] = head(element);
    return found ? [found, row] : beside(element);
  };

  // Lists
  const similar = (one, other) => {
    const [a, b] = [one.toLowerCase(), other.toLowerCase()];
    if (a === b) return 3;
    if (a && b && (a.includes(b) || b.includes(a))) return 2;
    const pairs = (word) => new Set([...word].slice(1).map((sign, at) => word[at] + sign));
    const [first, second] = [pairs(a), pairs(b)];
    return 2 * [...first].filter((pair) => second.has(pair)).length / (first.size + second.size || 1);
  };
  const patterns = names?.map(([role, source]) => [role, source === null ? null : new RegExp(source)]);
  const meant = (role, name) => !patterns || patterns.some(([kind, pattern]) => kind === role && (pattern === null || pattern.test(name)));
  const options = (element, role, name) => {
    const native = element.matches('select');
    const all = native ? [...element.options].filter((one) => !one.hidden)
      : role === 'listbox' ? [...element.querySelectorAll('[role=option]')].filter((one) => !tree.hidden(one)) : null;
    if (all === null) return [null, [], []];
    const title = native ? (one) => page.words(one.label || one.text) : (one) => page.words(tree.name(one, 'option') || one.textContent);
    const chosen = all.filter((one) => native ? one.selected : /true/.test(`${one.getAttribute('aria-selected')} ${one.getAttribute('aria-checked')}`));
    let near = all.length <= 20 ? all.map(title) : [];
    if (all.length > 20 && wanted.length && meant(role, name)) {
      const rated = all.map(title).map((one, at) => [Math.max(...wanted.map((each) => similar(one, each))), at, one]);
      near = rated.filter(([rate]) => rate >= 0.3).sort((one, other) => other[0] - one[0] || one[1] - other[1]).slice(0, 5).map(([, , one]) => one);
    }
    return [all.length, chosen.slice(0, 5).map(title), near];
  };

  // The walk
  const use = (source, element) => {
    if (!source) return;
    if (!state.users.has(source)) state.users.set(source, new Set());
    state.users.get(source).add(element);
  };
  const signature = (parts) => parts.map((one) => `${one.value ?? one.textContent}\u0001${one.selectedIndex ?? ''}`).join('\u0002');
  const read = (element) => {
    const kept = state.kept.get(element);
    if (kept && (!kept.parts.length || kept.signature === signature(kept.parts))) return kept;
    const role = tree.role(element);
    const made = { role, name: '', label: '', parts: [], signature: '' };
    if (ROLES.has(role)) {
      made.name = tree.name(element, role);
      made.parts = [...tree.parts()];
      made.signature = signature(made.parts);
      let place = null;
      if (!made.name) [made.label, place] = labelled(element, role);
      const [ids, referred] = tree.byId(element, 'aria-labelledby');
      for (const one of [element, place, ...element.labels ?? [], ...referred]) use(one, element);
      if (ids.length !== referred.length) return made;  // what it refers to may still come
    } else use(element, element);
    state.kept.set(element, made);
    return made;
  };
  const found = [];
  state.frames = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches(MAY) && !tree.hidden(element)) {
        const kept = read(element);
        const { role, name, label } = kept;
        const listed = role === 'option' && element.closest('select, [role=listbox], datalist');
        if (ROLES.has(role) && !listed) {
          found.push([role, name, tree.states(element, role), label, ...(/^(combobox|listbox)$/.test(role) ? options(element, role, name) : [null, [], []])]);
        } else if (element.matches('iframe, frame')) {
          found.push(['iframe', page.words(element.title || element.name || element.getAttribute('aria-label')), [], '', null, [], []]);
          state.frames.push(element);
        }
      }
      if (element.shadowRoot) { watch(element.shadowRoot); walk(element.shadowRoot); }
    }
  };
  walk(document);

  const all = found.map((one) => JSON.stringify(one)), before = state.list;
  let first = 0, last = 0;
  if (known === `${state.own.round}${state.token}`) {
    const least = Math.min(all.length, before.length);
    while (first < least && all[first] === before[first]) first += 1;
    while (last < least - first && all[all.length - 1 - last] === before[before.length - 1 - last]) last += 1;
  }
  state.token += 1;
  state.list = all;
  return [`${state.own.round}${state.token}`, first, last, found.slice(first, found.length - last)];
}
