// Roles, names and states of elements as Playwright's locators and snapshots compute them. An object of functions.
(() => {
  const VALID = new Set(('alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox '
    + 'complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid gridcell group heading '
    + 'img insertion link list listbox listitem log main mark marquee math meter menu menubar menuitem menuitemcheckbox menuitemradio '
    + 'navigation none note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search '
    + 'searchbox separator slider spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time timer '
    + 'toolbar tooltip tree treegrid treeitem').split(' '));
  const set = (words) => new Set(words.split(' '));
  const flat = (text) => (text ?? '').replace(/[\u200b\u00ad]/g, '').replace(/[\r\n\s\t ]+/g, ' ').trim();
  const tag = (element) => element.tagName.toUpperCase();
  const up = (element) => element.parentElement ?? (element.getRootNode().host || null);
  const closest = (element, selector) => {
    for (let at = element; at; at = at.getRootNode().host) { const found = at.closest(selector); if (found) return found; }
    return null;
  };
  const byId = (element, attribute) => {
    const root = element.getRootNode(), ids = flat(element.getAttribute(attribute)).split(' ').filter(Boolean);
    return [ids, [...new Set(ids.map((id) => root.getElementById?.(id)).filter(Boolean))]];
  };

  // The labels of each field of a document or shadow root. `element.labels` looks through the whole document for each.
  let labelled = new Map();
  const labelsOf = (element) => {
    const root = element.getRootNode();
    if (!labelled.has(root)) {
      const found = new Map();
      for (const one of root.querySelectorAll?.('label') ?? []) {
        const field = one.control;
        if (field) found.set(field, [...found.get(field) ?? [], one]);
      }
      labelled.set(root, found);
    }
    return labelled.get(root).get(element) ?? [];
  };

  // What a name was computed from: elements, and what of their style counts (1 whether hidden, 2 display, 4 pseudo-elements)
  let sources = null;
  const note = (element, what) => sources?.set(element, (sources.get(element) ?? 0) | what);

  // Visibility for assistive technology
  let memo = new Map();
  const boxed = (element) => {
    if (element.checkVisibility()) return getComputedStyle(element).visibility === 'visible';
    if (getComputedStyle(element).display !== 'contents') return false;
    return [...element.childNodes].some((one) => one.nodeType === Node.ELEMENT_NODE ? !hidden(one)
      : one.nodeType === Node.TEXT_NODE && one.data.trim() !== '' && up(element)?.checkVisibility());
  };
  const outside = (element) => {  // its own subtree is hidden, or a subtree that it is in
    for (let at = element; at; at = up(at)) {
      if (at.parentElement?.shadowRoot && !at.assignedSlot) return true;
      if (at !== element && memo.has(at) && memo.get(at) === 'outside') return true;
    }
    return closest(element, '[aria-hidden="true" i]') !== null;
  };
  const gone = (element) => {  // such as an option of a closed list, which has no box of its own
    for (let at = element; at && at.tagName !== 'SELECT'; at = up(at)) if (getComputedStyle(at).display === 'none') return true;
    return false;
  };
  const hidden = (element) => {
    note(element, 1);
    if (memo.has(element)) return memo.get(element) !== '';
    let found = '';
    if (/^(STYLE|SCRIPT|NOSCRIPT|TEMPLATE)$/.test(tag(element))) found = 'outside';
    else if (outside(element)) found = 'outside';
    else if (/^(OPTION|OPTGROUP)$/.test(tag(element)) && element.closest('select')) found = gone(element) || hidden(element.closest('select')) ? 'self' : '';
    else if (element.tagName === 'SLOT') found = up(element) && !up(element).checkVisibility() && getComputedStyle(up(element)).display !== 'contents' ? 'self' : '';
    else if (!boxed(element)) found = 'self';
    memo.set(element, found);
    return found !== '';
  };

  // Roles
  const GLOBAL = 'aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-dropeffect aria-flowto aria-grabbed '
    + 'aria-hidden aria-keyshortcuts aria-label aria-labelledby aria-live aria-owns aria-relevant aria-roledescription';
  const UNNAMED = set('caption code definition deletion emphasis generic insertion mark paragraph presentation none strong subscript '
    + 'superscript term time');
  const global = (element, role) => GLOBAL.split(' ').some((one) => element.hasAttribute(one)
    && !(/label|roledesc/.test(one) && UNNAMED.has(role ?? '') && !(one === 'aria-roledescription' && role !== 'generic')));
  const disabledNatively = (element) => /^(BUTTON|INPUT|SELECT|TEXTAREA|OPTION|OPTGROUP)$/.test(tag(element)) && element.matches(':disabled');
  const focusable = (element) => !disabledNatively(element) && (/^(BUTTON|DETAILS|SELECT|TEXTAREA)$/.test(tag(element))
    || element.matches('a[href], area[href], input:not([type=hidden])') || !Number.isNaN(Number.parseInt(element.getAttribute('tabindex') ?? '', 10)));
  const authored = (element) => element.hasAttribute('aria-label') || element.hasAttribute('aria-labelledby');
  const LANDMARK = 'article:not([role]), aside:not([role]), main:not([role]), nav:not([role]), section:not([role]), '
    + '[role=article], [role=complementary], [role=main], [role=navigation], [role=region]';
  const FIELDS = { button: 'button', checkbox: 'checkbox', image: 'button', number: 'spinbutton', radio: 'radio', range: 'slider', reset: 'button', submit: 'button', file: 'button' };
  const SIMPLE = {
    ARTICLE: 'article', ASIDE: 'complementary', BLOCKQUOTE: 'blockquote', BUTTON: 'button', CAPTION: 'caption', CODE: 'code',
    DATALIST: 'listbox', DD: 'definition', DEL: 'deletion', DETAILS: 'group', DFN: 'term', DIALOG: 'dialog', DT: 'term', EM: 'emphasis',
    FIELDSET: 'group', FIGURE: 'figure', H1: 'heading', H2: 'heading', H3: 'heading', H4: 'heading', H5: 'heading', H6: 'heading',
    HR: 'separator', HTML: 'document', INS: 'insertion', LI: 'listitem', MAIN: 'main', MARK: 'mark', MATH: 'math', MENU: 'list',
    METER: 'meter', NAV: 'navigation', OL: 'list', OPTGROUP: 'group', OPTION: 'option', OUTPUT: 'status', P: 'paragraph',
    PROGRESS: 'progressbar', SEARCH: 'search', STRONG: 'strong', SUB: 'subscript', SUP: 'superscript', SVG: 'img', TABLE: 'table',
    TBODY: 'rowgroup', TEXTAREA: 'textbox', TFOOT: 'rowgroup', THEAD: 'rowgroup', TIME: 'time', TR: 'row', UL: 'list',
  };
  const head = (cell) => {
    const scope = (cell.getAttribute('scope') ?? '').toLowerCase();
    if (/^col/.test(scope)) return 'columnheader';
    if (/^row/.test(scope)) return 'rowheader';
    const [before, after] = [cell.previousElementSibling, cell.nextElementSibling];
    if (!before && !after) return tag(cell.parentElement ?? cell) === 'TR' && (cell.closest('table')?.rows.length ?? 2) <= 1 ? '' : 'columnheader';
    const data = (one) => one && tag(one) === 'TD' && (flat(one.textContent) !== '' || one.children.length > 0);
    if (before?.tagName === 'TH' && after?.tagName === 'TH') return 'columnheader';
    return data(before) || data(after) ? 'rowheader' : 'columnheader';
  };
  const implicit = (element) => {
    const name = tag(element);
    if (SIMPLE[name]) return SIMPLE[name];
    switch (name) {
      case 'A': case 'AREA': return element.hasAttribute('href') ? 'link' : '';
      case 'FORM': return authored(element) ? 'form' : '';
      case 'SECTION': return authored(element) ? 'region' : '';
      case 'HEADER': return closest(element, LANDMARK) ? '' : 'banner';
      case 'FOOTER': return closest(element, LANDMARK) ? '' : 'contentinfo';
      case 'IMG':
        return element.getAttribute('alt') === '' && !element.getAttribute('title') && !global(element)
          && Number.isNaN(Number.parseInt(element.getAttribute('tabindex') ?? '', 10)) ? 'presentation' : 'img';
      case 'INPUT': {
        const type = (element.type || 'text').toLowerCase();
        if (type === 'hidden') return '';
        if (type === 'search') return element.hasAttribute('list') ? 'combobox' : 'searchbox';
        if (/^(email|tel|text|url)$/.test(type) && byId(element, 'list')[1][0]?.tagName === 'DATALIST') return 'combobox';
        return FIELDS[type] ?? 'textbox';
      }
      case 'SELECT': return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
      case 'TD': return /^(grid|treegrid)$/.test(element.closest('table')?.getAttribute('role') ?? '') ? 'gridcell' : 'cell';
      case 'TH': return head(element);
      default: return '';
    }
  };
  const explicit = (element) => (element.getAttribute('role') ?? '').split(' ').map((one) => one.trim()).find((one) => VALID.has(one)) ?? '';
  const conflict = (element, role) => focusable(element) || global(element, role);
  const PARENTS = {
    DD: 'DL DIV', DIV: 'DL', DT: 'DL DIV', LI: 'OL UL', TBODY: 'TABLE', TD: 'TR', TFOOT: 'TABLE', TH: 'TR', THEAD: 'TABLE', TR: 'THEAD TBODY TFOOT TABLE',
  };
  const own = (element) => {
    const found = implicit(element);
    if (!found) return found;
    for (let at = element; ;) {
      const over = up(at), parents = PARENTS[tag(at)];
      if (!parents || !over || !parents.split(' ').includes(tag(over))) return found;
      const role = explicit(over);
      if ((role === 'none' || role === 'presentation') && !conflict(over, role)) return role;
      at = over;
    }
  };
  const role = (element) => {
    const found = explicit(element);
    if (!found) return own(element);
    if (found === 'none' || found === 'presentation') {
      const natural = own(element);
      if (conflict(element, natural)) return natural;
    }
    return found;
  };

  // Names. `embedded` collects the controls whose values are parts of a name.
  const FROM_CONTENT = set('button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option radio row '
    + 'rowheader switch tab tooltip treeitem');
  const AS_PART = set(' caption code contentinfo definition deletion emphasis insertion list listitem mark none paragraph presentation region '
    + 'row rowgroup section strong subscript superscript table term time');
  let embedded = [];
  // whether a style sheet of the roots may draw text before or after elements
  let marked = true;
  const MOST_RULES = 2000;
  const marks = (roots) => {
    let left = MOST_RULES;
    const draws = (rules) => {
      for (const rule of rules) {
        if ((left -= 1) < 0) return true;
        if (rule.style?.content) return true;
        if (rule.styleSheet ? draws(rule.styleSheet.cssRules) : rule.cssRules?.length && draws(rule.cssRules)) return true;
      }
      return false;
    };
    try {
      marked = [...roots].some((root) => [...root.styleSheets, ...root.adoptedStyleSheets].some((sheet) => draws(sheet.cssRules)));
    } catch { marked = true; }  // a sheet of another site cannot be read
    return marked;
  };
  const pseudo = (element, which) => {
    if (!marked && element.localName !== 'q') return '';
    const css = getComputedStyle(element, which), content = css.content;
    if (!content || content === 'none' || content === 'normal' || css.display === 'none' || css.visibility !== 'visible') return '';
    const parts = content.split(/\s+\/\s+(?=["'])/), found = [...(parts[1] ?? parts[0]).matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((one) => one[1]);
    const text = found.join('').replace(/\\(.)/g, '$1');
    return css.display === 'inline' || !text ? text : ` ${text} `;
  };
  const content = (element, how) => {
    const parts = [];
    note(element, 4);
    const visit = (node, slotted) => {
      if (slotted && node.assignedSlot) return;
      if (node.nodeType === Node.TEXT_NODE) { parts.push(node.data); return; }
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      note(node, 2);
      const text = alternative(node, how), line = getComputedStyle(node).display !== 'inline' || node.tagName === 'BR';
      parts.push(line ? ` ${text} ` : text);
    };
    parts.push(pseudo(element, '::before'));
    const given = element.tagName === 'SLOT' ? element.assignedNodes() : [];
    if (given.length) for (const one of given) visit(one, false);
    else {
      for (const one of element.childNodes) visit(one, true);
      for (const one of element.shadowRoot?.childNodes ?? []) visit(one, true);
      for (const one of byId(element, 'aria-owns')[1]) visit(one, true);
    }
    parts.push(pseudo(element, '::after'));
    return parts.join('');
  };
  const labels = (element, how) => labelsOf(element)
    .map((one) => alternative(one, { seen: how.seen, label: true })).filter((text) => flat(text)).join(' ');
  const embeddedValue = (element, kind, how) => {
    if (kind === 'textbox') {
      embedded.push(element);
      return /^(INPUT|TEXTAREA)$/.test(tag(element)) ? element.value : element.textContent || '';
    }
    if (kind === 'combobox' || kind === 'listbox') {
      embedded.push(element);
      let chosen;
      if (tag(element) === 'SELECT') {
        chosen = [...element.selectedOptions];
        if (!chosen.length && element.options.length) chosen.push(element.options[0]);
      } else {
        const list = kind === 'combobox' ? [...element.querySelectorAll('*'), ...byId(element, 'aria-owns')[1]].find((one) => role(one) === 'listbox') : element;
        chosen = list ? [...list.querySelectorAll('[aria-selected="true"]')].filter((one) => role(one) === 'option') : [];
      }
      if (!chosen.length && tag(element) === 'INPUT') return element.value;
      return chosen.map((one) => alternative(one, { ...how, part: 'descendant' })).join(' ');
    }
    if (/^(progressbar|scrollbar|slider|spinbutton|meter)$/.test(kind)) {
      embedded.push(element);
      return element.getAttribute('aria-valuetext') ?? element.getAttribute('aria-valuenow') ?? element.value ?? element.getAttribute('value') ?? '';
    }
    return kind === 'menu' ? '' : null;
  };
  const native = (element, kind, how) => {
    const name = tag(element), title = element.getAttribute('title') ?? '', type = (element.type ?? '').toLowerCase();
    const labelled = () => (how.referred || !labelsOf(element).length ? '' : labels(element, how));
    if (name === 'INPUT' && /^(button|submit|reset)$/.test(type)) {
      if (flat(element.value)) return element.value;
      return { submit: 'Submit', reset: 'Reset' }[type] ?? title;
    }
    if (name === 'INPUT' && type === 'file') return labelled() || 'Choose File';
    if (name === 'INPUT' && type === 'image') return labelled() || (element.getAttribute('alt') ?? '') || title || 'Submit';
    if (name === 'BUTTON') return labelled() || null;
    if (name === 'OUTPUT') return labelled() || title;
    if (/^(TEXTAREA|SELECT|INPUT|METER|PROGRESS)$/.test(name)) {
      const text = labelled();
      if (text || (labelsOf(element).length && !how.referred)) return text;
      const shown = (name === 'INPUT' && /^(text|password|number|search|tel|email|url)$/.test(type)) || name === 'TEXTAREA';
      return !shown || title ? title : element.getAttribute('placeholder') ?? '';
    }
    const child = (inner) => [...element.children].find((one) => tag(one) === inner);
    const inside = { FIELDSET: 'LEGEND', FIGURE: 'FIGCAPTION', TABLE: 'CAPTION' }[name];
    if (inside) {
      const part = child(inside);
      if (part) return alternative(part, { seen: how.seen, native: true });
      return name === 'TABLE' ? element.getAttribute('summary') || null : title;
    }
    if (name === 'IMG' || name === 'AREA') return (element.getAttribute('alt') ?? '') || title;
    if (name === 'SVG' || element.ownerSVGElement) {
      const part = child('TITLE');
      if (part?.ownerSVGElement) return alternative(part, { seen: how.seen, referred: part, unseen: hidden(part) });
      if (name === 'A') return element.getAttribute('xlink:title') || null;
    }
    return null;
  };
  const alternative = (element, how) => {
    if (how.seen.has(element)) return '';
    if (/^(STYLE|SCRIPT|NOSCRIPT|TEMPLATE)$/.test(tag(element)) || (!how.unseen && hidden(element))) { how.seen.add(element); return ''; }
    const [, named] = byId(element, 'aria-labelledby');
    if (named.length && !how.referred) {
      const text = named.map((one) => alternative(one, { seen: how.seen, referred: one, unseen: hidden(one) })).join(' ');
      if (text) return text;
    }
    const inner = how.part === 'self' ? 'descendant' : how.part;
    const kind = role(element), below = { ...how, part: inner };
    if (how.label || how.referred || how.part === 'descendant') {
      const itself = labelsOf(element).includes(how.referred) || named.includes(how.referred);
      const value = itself ? null : embeddedValue(element, kind, below);
      if (value !== null) { how.seen.add(element); return value; }
    }
    const label = element.getAttribute('aria-label') ?? '';
    if (flat(label)) { how.seen.add(element); return label; }
    if (kind !== 'presentation' && kind !== 'none') {
      how.seen.add(element);
      const text = native(element, kind, how);
      if (text !== null) return text;
    }
    if (FROM_CONTENT.has(kind) || (how.part === 'descendant' && AS_PART.has(kind)) || how.referred || how.label || how.native || tag(element) === 'SLOT') {
      how.seen.add(element);
      const text = content(element, { ...how, part: inner });
      if (how.referred ? flat(text) : how.part === 'descendant' ? text : text.trim()) return text;
    }
    const title = element.getAttribute('title') ?? '';
    how.seen.add(element);
    return (kind !== 'presentation' && kind !== 'none') || tag(element) === 'IFRAME' ? title : '';
  };
  const name = (element, kind = role(element)) => {
    embedded = [];
    note(element, 0);
    return UNNAMED.has(kind) ? '' : flat(alternative(element, { seen: new Set(), part: 'self', unseen: false }));
  };

  // Role and name of what a person acts on: editable text is a text box, with the label that labels find it by
  const control = (element, wanted) => {
    const kind = role(element);
    return !wanted.has(kind) && element.matches('EDITABLE_TEXT') ? 'textbox' : kind;
  };
  const controlName = (element, kind) => {
    if (kind !== 'textbox' || role(element) === kind) return name(element, kind);
    return flat(byId(element, 'aria-labelledby')[1][0]?.textContent ?? element.getAttribute('aria-label'));
  };

  // States
  const CHECKED = set('checkbox menuitemcheckbox option radio switch menuitemradio treeitem');
  const EXPANDED = set('application button checkbox combobox gridcell link listbox menuitem row rowheader tab treeitem columnheader '
    + 'menuitemcheckbox menuitemradio switch');
  const LEVELS = set('heading listitem row treeitem');
  const SELECTED = set('gridcell option row tab rowheader columnheader treeitem');
  const DISABLED = set('application button composite gridcell group input link menuitem scrollbar separator tab checkbox columnheader combobox '
    + 'grid listbox menu menubar menuitemcheckbox menuitemradio option radio radiogroup row rowheader searchbox select slider spinbutton switch '
    + 'tablist textbox toolbar tree treegrid treeitem');
  const INVALID = set('application checkbox combobox gridcell listbox radiogroup slider spinbutton textbox tree columnheader rowheader searchbox '
    + 'switch treegrid');
  const disabled = (element) => {
    if (disabledNatively(element)) return true;
    return closest(element, '[aria-disabled="true" i], [aria-disabled="false" i]')?.getAttribute('aria-disabled').toLowerCase() === 'true';
  };
  const states = (element, kind) => {
    const found = [];
    if (CHECKED.has(kind)) {
      const box = element.matches('input[type=checkbox], input[type=radio]');
      const value = box ? (element.indeterminate ? 'mixed' : String(element.checked)) : element.getAttribute('aria-checked');
      if (value === 'true') found.push('checked');
      if (value === 'mixed') found.push('checked=mixed');
    }
    if (DISABLED.has(kind) && disabled(element)) found.push('disabled');
    if (EXPANDED.has(kind) && element.getAttribute('aria-expanded') === 'true') found.push('expanded');
    if (INVALID.has(kind)) {
      const value = flat(element.getAttribute('aria-invalid'));
      if (value && value !== 'false') found.push(/^(grammar|spelling)$/.test(value) ? `invalid=${value}` : 'invalid');
    }
    if (LEVELS.has(kind)) {
      const level = /^H[1-6]$/.test(tag(element)) && !explicit(element) ? tag(element)[1] : element.getAttribute('aria-level');
      if (Number.parseInt(level ?? '', 10) >= 1) found.push(`level=${Number.parseInt(level, 10)}`);
      else if (kind === 'heading' && /^H[1-6]$/.test(tag(element))) found.push(`level=${tag(element)[1]}`);
    }
    if (kind === 'button' && /^(true|mixed)$/.test(element.getAttribute('aria-pressed') ?? ''))
      found.push(element.getAttribute('aria-pressed') === 'mixed' ? 'pressed=mixed' : 'pressed');
    if (SELECTED.has(kind) && (tag(element) === 'OPTION' ? element.selected : element.getAttribute('aria-selected') === 'true')) found.push('selected');
    return found;
  };
    return {
    marks, role, name, control, controlName, states, hidden, flat, up, closest, byId, labelsOf,
    parts: () => embedded,
    // the sources of what `read` computes
    tracing: (read) => { sources = new Map(); try { return [read(), sources]; } finally { sources = null; } },
    labelled: (known) => { labelled = known; },
  };
})()
