// What a page offers: [token, how many of the earlier list's first and last controls are unchanged, the controls between
// them as JSON, how many elements were not read within `budget` milliseconds, whether exactly one has a role and name of
// `heads`, pairs of a role and its patterns: that one is kept for `ONLY_OFFERED`]. A control is [role, name, states, label, options,
// chosen, nearest]. Names, roles and states are kept between calls, and computed again where the page has changed since.
// What changes without a mutation (style, fields' values and states) is compared at each call with what it was, in one
// pass without computing anything again. Takes TREE (accessibility.js) and LIBRARY (page_reading.js).
([known, wanted, names, budget, heads]) => {
  const tree = TREE, page = LIBRARY, key = Symbol.for('offered');
  const ROLES = new Set('ROLE_NAMES'.split(' '));
  const MAY = 'MARKUP';
  const start = performance.now();
  const state = window[key] ?? (() => {
    const made = {
      token: 0, list: [], entries: [], kept: new WeakMap(), users: new WeakMap(), named: new Map(), styled: new Map(),
      roots: new Set(), plain: [], labels: null, frames: [], stale: true,
      touched: new Set(), below: new Set(), ids: new Set(), moved: new Set(),
      own: { now: performance.now.bind(performance), round: Math.random().toString(36).slice(2) },
    };
    const elementOf = (node) => node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement ?? node.host ?? document.documentElement;
    made.take = (records) => {
      for (const one of records) {
        const element = elementOf(one.target), name = one.attributeName;
        made.touched.add(element);
        if (one.type === 'attributes') {
          if (name === 'slot') made.all = true;
          if (name === 'id') made.ids.add(one.oldValue).add(element.id);
          if (/^(id|for|type)$/.test(name)) made.labels = null;
          if (/^(role|href|contenteditable)$/.test(name)) made.stale = true;
          // counts for what is inside: roles of the parts of a table or list, what a group disables
          if (/^(role|disabled|aria-disabled|contenteditable)$/.test(name) || /^(none|presentation)$/.test(element.getAttribute('role'))) made.below.add(element);
        } else if (one.type === 'childList') {
          for (const node of one.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) made.moved.add(node);
          for (const node of one.removedNodes) if (node.nodeType === Node.ELEMENT_NODE) made.moved.add(node);
          if (element.matches('fieldset')) made.below.add(element);
        }
      }
    };
    made.observer = new MutationObserver(made.take);
    made.changed = () => { made.take(made.observer.takeRecords()); return made.touched.size > 0; };
    Object.defineProperty(window, key, { value: made, enumerable: false, configurable: true });
    return made;
  })();
  const watch = (root) => {
    if (state.roots.has(root)) return;
    state.roots.add(root);
    state.observer.observe(root, { subtree: true, childList: true, attributes: true, attributeOldValue: true, characterData: true });
  };
  watch(document);

  // Forget what may have changed
  const forgetUsers = (entries) => { for (const one of entries ?? []) one.valid = false; };
  const forget = (source) => forgetUsers(state.users.get(source));
  const climbed = new Set();
  const above = (node) => {
    for (let at = node; at && !climbed.has(at); at = at.assignedSlot ?? at.parentElement ?? at.getRootNode().host ?? null) { climbed.add(at); forget(at); }
  };
  const inside = (root, each) => {
    for (const one of root.querySelectorAll('*')) { each(one); if (one.shadowRoot) inside(one.shadowRoot, each); }
  };
  const subtree = (element, each) => { each(element); inside(element, each); if (element.shadowRoot) inside(element.shadowRoot, each); };
  const refresh = () => {
    state.take(state.observer.takeRecords());
    const { touched, below, ids, moved } = state;
    if (moved.size) { state.stale = true; state.labels = null; }
    if (state.all) { for (const entry of state.entries) entry.valid = false; state.all = false; state.stale = true; state.labels = null; }
    for (const one of moved) subtree(one, (each) => { forget(each); if (each.id) ids.add(each.id); });
    for (const one of below) subtree(one, forget);
    for (const one of ids) forgetUsers(state.named.get(one));
    for (const one of touched) {
      above(one);
      for (const slot of one.shadowRoot?.querySelectorAll('slot') ?? []) above(slot);
    }
    for (const each of [touched, below, ids, moved]) each.clear();
    if (!state.stale && state.plain.some((one) => one.shadowRoot)) state.stale = true;  // a root that came without a mutation
  };
  // a field whose labels are others than before
  const relabel = () => {
    if (state.labels) { tree.labelled(state.labels); return; }
    const fresh = new Map(), before = state.labelled ?? new Map();
    tree.labelled(fresh);
    for (const root of state.roots) tree.labelsOf(root.documentElement ?? root.firstElementChild ?? root);
    for (const [root, fields] of fresh) {
      const old = before.get(root) ?? new Map();
      for (const field of new Set([...fields.keys(), ...old.keys()])) {
        const [one, other] = [fields.get(field) ?? [], old.get(field) ?? []];
        if (one.length !== other.length || one.some((label, at) => label !== other[at])) forget(field);
      }
    }
    state.labels = state.labelled = fresh;
  };
  // Collect what may be a control, in document order
  const HOSTS = /^(article|aside|blockquote|body|div|footer|h[1-6]|header|main|nav|p|section|span)$|-/;
  const collect = () => {
    const found = [], plain = [];
    const walk = (root) => {
      for (const element of root.querySelectorAll('*')) {
        // an option of a native list is part of the list
        if (element.matches(MAY) && !(element.localName === 'option' && !element.hasAttribute('role') && element.closest('select, datalist'))) {
          let entry = state.kept.get(element);
          if (!entry) state.kept.set(element, entry = { element, css: getComputedStyle(element), valid: false, role: '', name: '', label: '', parts: [], values: [], live: '', row: null, json: '' });
          found.push(entry);
        }
        if (element.shadowRoot) { watch(element.shadowRoot); walk(element.shadowRoot); } else if (HOSTS.test(element.localName)) plain.push(element);
      }
    };
    walk(document);
    for (const root of state.roots) if (root !== document && !root.host.isConnected) state.roots.delete(root);
    for (const [element] of state.styled) if (!element.isConnected) state.styled.delete(element);
    [state.entries, state.plain, state.stale] = [found, plain, false];
  };
  refresh();
  if (state.stale) collect();
  relabel();

  // What is hidden, without looking at each element's ancestors where the browser knows it
  const veiling = [...state.roots].some((root) => root.querySelector('[aria-hidden="true" i]'));
  const SPECIAL = /^(OPTION|OPTGROUP|SLOT|STYLE|SCRIPT|NOSCRIPT|TEMPLATE)$/;
  const looks = new Map();  // of this reading, since an element may be a control and part of another one's name
  const veiled = (element, css) => {
    let found = looks.get(element);
    if (found === undefined) looks.set(element, found = lost(element, css));
    return found;
  };
  const lost = (element, css) => {
    // an option of a list has no box: whether the list is hidden is compared as well
    if (element.localName === 'option' && element.parentElement?.localName === 'select') return css.display === 'none';
    if (SPECIAL.test(element.tagName)) return tree.hidden(element);
    if (element.checkVisibility({ visibilityProperty: true })) return veiling && tree.closest(element, '[aria-hidden="true" i]') !== null;
    return css.display !== 'contents' || tree.hidden(element);
  };
  // Style that counts in names: whether a part is hidden, in a line of its own, or has text before or after it
  const marked = tree.marks(state.roots);
  const drawn = (css) => { const content = css.content; return content === 'none' || content === 'normal' ? '' : `${content} ${css.display} ${css.visibility}`; };
  const looksOther = (element, one) => {
    const { what } = one;
    let other = false, now;
    if (what & 1 && (now = veiled(element, one.css)) !== one.hidden) { one.hidden = now; other = true; }
    if (what & 2 && (now = one.css.display) !== one.display) { one.display = now; other = true; }
    if (what & 4) {
      const may = marked || element.localName === 'q';
      if ((now = may ? drawn(one.before ??= getComputedStyle(element, '::before')) : '') !== one.first) { one.first = now; other = true; }
      if ((now = may ? drawn(one.after ??= getComputedStyle(element, '::after')) : '') !== one.last) { one.last = now; other = true; }
    }
    return other;
  };
  for (const [element, one] of state.styled) if (looksOther(element, one)) forgetUsers(one.users);

  // Labels of controls without a name
  const text = (node) => page.words(node.nodeType === Node.TEXT_NODE ? node.data : node.textContent).slice(0, 120);
  const head = (element) => {
    const row = element.closest('tr, [role=row]'), cell = element.closest('td, th, [role=cell], [role=gridcell]');
    if (!row || !cell) return ['', row];
    const heads = [row.querySelector('th, [role=rowheader]'), ...row.querySelectorAll('td, [role=cell], [role=gridcell]')];
    return [text(heads.find((one) => one && one !== cell && !one.contains(element) && text(one)) ?? document.createTextNode('')), row];
  };
  const beside = (element) => {
    let last = element.parentElement;
    for (let at = element, level = 0; at && level < 3; at = at.parentElement, level += 1) {
      last = at.parentElement ?? last;
      for (let near = at.previousSibling; near; near = near.previousSibling) {
        if (near.nodeType === Node.ELEMENT_NODE && page.holdsControl(near)) continue;
        if (near.nodeType <= 3 && text(near)) return [text(near), at.parentElement];
      }
      if (at.matches('form, table, fieldset, dialog, [role=dialog], li, body')) break;
    }
    return ['', last];
  };
  const title = (box) => {
    const found = box.querySelector('h1, h2, h3, h4, h5, h6, [role=heading], [class*=title i], [class*=header i]');
    if (found && text(found)) return [text(found), box];
    const nodes = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode())
      if (node.data.trim() && !node.parentElement.closest('script, style, template') && !tree.hidden(node.parentElement)) return [text(node), box];
    return ['', box];
  };
  const placeholder = (element) => page.words(element.getAttribute('placeholder') || element.getAttribute('aria-placeholder') || '');
  const question = (element) => {  // what the radio buttons of one group answer
    const box = element.closest('[role=radiogroup], fieldset');
    const caption = box && (text(box.querySelector('legend') ?? document.createTextNode('')) || tree.name(box, 'group'));
    if (caption) return [page.words(caption), box];
    let all = element.parentElement;
    const alike = element.name ? [...element.getRootNode().querySelectorAll('input[type=radio]')].filter((one) => one.name === element.name && one.form === element.form) : [];
    while (all && !alike.every((one) => all.contains(one))) all = all.parentElement;
    return alike.length > 1 && all && !all.matches('form, body') ? beside(all) : ['', null];
  };
  const labelled = (element, role) => {
    if (/^(dialog|alertdialog)$/.test(role)) return title(element);
    if (!/^(button|link|textbox|searchbox|combobox|listbox|checkbox|radio|switch|slider|spinbutton|menuitem\w*)$/.test(role)) return ['', null];
    if (placeholder(element)) return [placeholder(element), null];
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

  // Reading one control
  const use = (source, entry) => {
    if (!source) return;
    if (!state.users.has(source)) state.users.set(source, new Set());
    state.users.get(source).add(entry);
  };
  const style = (element, what, entry) => {
    let one = state.styled.get(element);
    if (!one) state.styled.set(element, one = { what: 0, css: getComputedStyle(element), users: new Set() });
    one.what |= what;
    looksOther(element, one);
    one.users.add(entry);
  };
  const valueOf = (one) => one.multiple ? [...one.selectedOptions].map((each) => each.index).join() : `${one.value ?? one.textContent}\u0001${one.selectedIndex ?? ''}`;
  // what a script or a person changes without a mutation
  const liveOf = (entry) => {
    const { element, role } = entry;
    if (/^(checkbox|radio|switch|menuitem(checkbox|radio))$/.test(role)) return `${element.checked} ${element.indeterminate}`;
    if (/^(combobox|listbox)$/.test(role) && element.localName === 'select') return `${element.length} ${valueOf(element)}`;
    return '';
  };
  const compute = (entry) => {
    const { element } = entry;
    const role = tree.control(element, ROLES);
    Object.assign(entry, { role, name: '', label: '', parts: [], valid: true });
    use(element, entry);
    if (element.localName === 'th') { use(element.parentElement, entry); if (element.parentElement?.children.length === 1) use(element.closest('table'), entry); }
    const ids = ['aria-labelledby', 'aria-owns', 'list'].flatMap((one) => element.hasAttribute(one) ? tree.byId(element, one)[0] : []);
    for (const id of ids) { if (!state.named.has(id)) state.named.set(id, new Set()); state.named.get(id).add(entry); }
    if (!ROLES.has(role)) return;
    const [place, sources] = tree.tracing(() => {
      entry.name = tree.controlName(element, role);
      entry.parts = [...tree.parts()];
      let found = null;
      if (!entry.name) [entry.label, found] = labelled(element, role);
      else if (role === 'radio') [entry.label, found] = question(element);
      else if (placeholder(element) !== entry.name) entry.label = placeholder(element);
      return found;
    });
    use(place, entry);
    for (const one of tree.byId(element, 'aria-labelledby')[1]) use(one, entry);
    for (const [one, what] of sources) {
      use(one, entry);
      if (one.hasAttribute('aria-owns')) for (const id of tree.byId(one, 'aria-owns')[0]) { if (!state.named.has(id)) state.named.set(id, new Set()); state.named.get(id).add(entry); }
      if (what && (one !== element || what & 4)) style(one, one === element ? what & 4 : what, entry);
    }
    entry.values = entry.parts.map(valueOf);
  };
  const restate = (entry) => {
    const { element, role, name, label } = entry;
    entry.live = liveOf(entry);
    const listed = /^(combobox|listbox)$/.test(role) ? options(element, role, name) : [null, [], []];
    entry.again = /^(combobox|listbox)$/.test(role) && (element.localName !== 'select' || (listed[0] > 20 && listed[2].length > 0));
    entry.row = [role, name, tree.states(element, role), label, ...listed];
    entry.json = JSON.stringify(entry.row);
  };
  const found = [];
  state.frames = [];
  let left = 0;
  for (const [at, entry] of state.entries.entries()) {
    const { element } = entry;
    if (veiled(element, entry.css)) continue;
    if (element.localName === 'iframe' || element.localName === 'frame') {
      const name = page.words(element.title || element.name || element.getAttribute('aria-label'));
      if (entry.name !== name || !entry.row) { entry.name = name; entry.row = ['iframe', name, [], '', null, [], []]; entry.json = JSON.stringify(entry.row); }
      found.push(entry);
      state.frames.push(element);
      continue;
    }
    const stale = !entry.valid || (entry.parts.length > 0 && entry.parts.some((one, number) => valueOf(one) !== entry.values[number]));
    if (stale) {
      if (state.own.now() - start > budget) { left = state.entries.length - at; break; }
      compute(entry);
    }
    if (!ROLES.has(entry.role) || (entry.role === 'option' && element.closest('select, [role=listbox], datalist'))) continue;
    const asked = wanted.length > 0 && entry.row?.[4] > 20 && meant(entry.role, entry.name);
    if (stale || entry.again || asked || entry.live !== liveOf(entry)) restate(entry);
    found.push(entry);
  }

  const all = found.map((one) => one.json), before = state.list;
  let first = 0, last = 0;
  if (known === `${state.own.round}${state.token}`) {
    const least = Math.min(all.length, before.length);
    while (first < least && all[first] === before[first]) first += 1;
    while (last < least - first && all[all.length - 1 - last] === before[before.length - 1 - last]) last += 1;
  }
  const patternsOf = new Map((heads ?? []).map(([role, sources]) => [role, sources.map((one) => new RegExp(one))]));
  const singled = heads ? found.filter((one) => patternsOf.get(one.role)?.some((pattern) => pattern.test(one.name))) : [];
  state.only = singled.length === 1 && left === 0 && tree.role(singled[0].element) === singled[0].role ? singled[0].element : null;
  state.token += 1;
  state.list = all;
  return [`${state.own.round}${state.token}`, first, last, `[${all.slice(first, all.length - last).join()}]`, left, state.only !== null];  // one text is sent in a tenth of the time
}
