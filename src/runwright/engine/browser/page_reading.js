// What a person reads on a page: `words` and `bare` normalise a text, `seen` tells whether a text of an element can be
// seen, `text` gives the text that is seen in an element, `value` what a control holds. An object of functions.
(() => {
  const INNER = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/g;
  const words = (text) => (text || '').replace(INNER, '').replace(/\p{Co}/gu, ' ')
    .replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, ' ').trim();
  // without a required mark, and without symbols that serve as icons, at either end
  const ICON = '(?:[\\u2190-\\u21ff\\u2300-\\u23ff\\u25a0-\\u27bf\\u2900-\\u29ff\\u2b00-\\u2bff\\u2039\\u203a\\u00ab\\u00bb\\u00d7]'
    + '|\\s)';
  const ENDS = new RegExp(`^${ICON}+|(?:${ICON}|[*\\uff0a\\u2217])+$`, 'g');
  const bare = (text) => words(text).replace(/^[*\uff0a\u2217]\s+/, '').replace(ENDS, '') || words(text);

  const parent = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  const style = (element) => getComputedStyle(element);
  const alpha = (colour) => {
    const found = /^(?:rgba|color|hsla|oklch|oklab|lab|lch)\(.*[,/]\s*([\d.]+)(%?)\)$/.exec(colour);
    return colour === 'transparent' ? 0 : found ? Number(found[1]) / (found[2] ? 100 : 1) : 1;
  };
  // `clip` and `clip-path` as they are used to hide: a rectangle without a size, an inset of half or more
  const cutAway = (css) => {
    if (css.clip.startsWith('rect') && /absolute|fixed/.test(css.position)) {
      const [top, right, bottom, left] = css.clip.match(/auto|-?[\d.]+(?:e-?\d+)?/g) ?? [];
      if ([top, right, bottom, left].every((one) => one !== 'auto') && (right - left <= 1 || bottom - top <= 1)) return true;
    }
    const inset = /^inset\(([^)]*?)(?: round.*)?\)$/.exec(css.clipPath);
    if (inset) {
      const [a, b = a, c = a, d = b] = inset[1].trim().split(/\s+/).map((one) => one.endsWith('%') ? parseFloat(one) : 0);
      if (a + c >= 100 || b + d >= 100) return true;
    }
    return /^(?:circle|ellipse)\(0(?:px|%)?[ )]/.test(css.clipPath);
  };
  // the part of a rectangle in an element that its ancestors let through; null if nothing is left of it
  const uncut = (rectangle, element) => {
    let { left, top, right, bottom } = rectangle, leaving = '';
    for (let box = element; box; box = parent(box)) {
      const css = style(box);
      if (Number(css.opacity) < 0.02) return null;
      const holds = css.transform !== 'none' || css.filter !== 'none' || css.contain.includes('paint');
      const passed = !holds && (leaving === 'fixed' || (leaving === 'absolute' && css.position === 'static'));
      if (passed) continue;
      if (cutAway(css)) return null;
      leaving = css.position;
      if (box === document.body || box === document.documentElement || css.display === 'inline') continue;
      const [x, y] = [css.overflowX, css.overflowY];
      if (x === 'visible' && y === 'visible') continue;
      const edge = box.getBoundingClientRect();
      // what lies outside of a box that scrolls can be scrolled into it
      if (/auto|scroll/.test(x)) [left, right] = [edge.left, edge.right];
      else if (x !== 'visible') [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      if (/auto|scroll/.test(y)) [top, bottom] = [edge.top, edge.bottom];
      else if (y !== 'visible') [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      if (right - left <= 1 || bottom - top <= 1) return null;
    }
    const reachable = right + scrollX > 1 && bottom + scrollY > 1;
    return reachable && right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
  };
  const rendered = (element) => {
    const option = element.closest('option, optgroup'), list = option?.closest('select');
    if (list && !list.multiple && list.size <= 1) return false;
    return element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  };
  const inked = (element) => {
    const css = style(element);
    const fill = css.webkitTextFillColor || css.color;
    return alpha(fill) > 0.02 || css.textShadow !== 'none' || /text/.test(css.webkitBackgroundClip || css.backgroundClip || '');
  };
  const seenNode = (node) => {
    const element = node.parentElement ?? node.getRootNode().host;
    if (!node.data.trim() || !element || !rendered(element) || !inked(element)) return false;
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].some((one) => uncut(one, element) !== null);
  };
  const seenBox = (element) => rendered(element) && uncut(element.getBoundingClientRect(), element) !== null;
  const seen = (element) => {
    if (element.matches('option')) return seenBox(element);
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let any = false;
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      if (!node.data.trim()) continue;
      if (seenNode(node)) return true;
      any = true;
    }
    return !any && seenBox(element);  // such as <input type=submit>
  };

  const chosen = (list) => [...list.selectedOptions].map((one) => words(one.label)).join(', ');
  // the text that is seen in an element, without the parts that `without`, a selector or a function, names
  const text = (element, without = '') => {
    const parts = [], leftOut = typeof without === 'function' ? without : (node) => without && node.matches(without);
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) {
        if (!node.data.trim()) parts.push(' ');
        else if (seenNode(node)) parts.push(node.data);
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.tagName)) return;
        if (node !== element && leftOut(node)) return;
        if (node.matches('select')) {
          if (seenBox(node)) parts.push(' ', chosen(node), ' ');
          return;
        }
      }
      const inline = node.nodeType === Node.ELEMENT_NODE && node.tagName !== 'BR' && style(node).display === 'inline';
      if (!inline) parts.push(' ');
      const inner = node.shadowRoot?.childNodes ?? (node.matches?.('slot') ? node.assignedNodes({ flatten: true }) : null);
      for (const child of inner?.length ? inner : node.childNodes) walk(child);
      if (!inline) parts.push(' ');
    };
    walk(element);
    return words(parts.join(''));
  };

  const FIELDS = 'input:not([type=hidden]), textarea, select, [contenteditable=true]';
  const NOT_VALUE = '[aria-hidden=true], svg, label, legend, button, [role=button], [role=listbox], [role=option], [role=status], '
    + '[role=alert], [aria-live], style, script';
  const PLACES = 'body, main, form, fieldset, td, th, [role=group], [role=dialog], [role=main]';
  const PARTS = 'h1, h2, h3, h4, h5, h6, [role=heading], p, table, form, fieldset:not([aria-hidden=true])';
  const inner = (node) => [...(node.shadowRoot ?? node).children]
    .flatMap((one) => one.matches('slot') && one.assignedElements({ flatten: true }).length ? one.assignedElements({ flatten: true }) : [one]);
  const alike = (one, other) => one.tagName === other.tagName && (one.classList.length
    ? [...one.classList].some((name) => other.classList.contains(name)) : !other.classList.length && style(one).display !== 'inline');
  // the texts that an element shows: several if they are tags, which stand beside each other and look alike
  const tags = (element, leftOut) => {
    const read = (one) => leftOut(one) ? '' : text(one, leftOut);
    const loose = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && seenNode(node));
    const held = loose ? [] : inner(element).filter(read);
    if (held.length === 1) return tags(held[0], leftOut);
    const several = held.length > 1 && held.every((one) => alike(one, held[0]));
    return (several ? held.map(read) : [text(element, leftOut)]).map(bare).filter(Boolean);
  };
  // a tag may be a button: it stands before the field, and has a part without a text that takes it away
  const removable = (one, field) => one.matches('button, [role=button]') && [...one.children].some((part) => !text(part))
    && !!(one.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING) && bare(text(one)).length > 1;
  // what a page draws around the empty field of a list: the chosen option, or tags
  const drawn = (field) => {
    const labels = (field.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean).map((one) => `#${CSS.escape(one)}`);
    const described = (field.getAttribute('aria-describedby') || '').split(/\s+/).filter(Boolean)
      .map((one) => `#${CSS.escape(one)}:not(ul, ol, [role=list])`);  // a list is that of the tags
    const without = [NOT_VALUE, ...labels, ...described].join(', ');
    const leftOut = (one) => one.matches(without) && !removable(one, field);
    for (let box = parent(field), level = 0; box && level < 5; box = parent(box), level += 1) {
      if (box.matches(PLACES) || box.querySelector(PARTS) || box.getBoundingClientRect().height > 200) break;
      if ([...box.querySelectorAll(FIELDS)].some((one) => one !== field && seenBox(one))) break;
      const found = tags(box, leftOut).join(', ');
      if (found) return found;
    }
    return '';
  };
  const lists = (element) => /listbox|true|menu|tree|grid/.test(element.getAttribute('aria-haspopup') || '')
    || element.getAttribute('role') === 'combobox' || element.hasAttribute('aria-autocomplete');
  const value = (element) => {
    const role = element.getAttribute('role');
    if (element.matches('select')) return chosen(element);
    if (element.matches('input[type=checkbox], input[type=radio]')) return element.checked ? 'on' : 'off';
    if (element.matches('input, textarea')) {
      if (!lists(element) || (element.value && seenBox(element))) return element.value;
      return drawn(element) || element.value;  // also of a field that holds something else than what is seen
    }
    if (element.matches('output, meter, progress')) return String(element.value);
    if (/^(checkbox|radio|switch|menuitemcheckbox|menuitemradio)$/.test(role)) 
      return (element.getAttribute('aria-checked') ?? element.getAttribute('aria-pressed')) === 'true' ? 'on' : 'off';
    if (role === 'spinbutton' && text(element)) return bare(text(element));
    if (/^(slider|spinbutton|progressbar|meter|scrollbar)$/.test(role) && element.hasAttribute('aria-valuenow'))
      return element.getAttribute('aria-valuetext') || element.getAttribute('aria-valuenow');
    if (role === 'listbox' && element.querySelector('[role=option]')) {
      const picked = element.querySelectorAll('[role=option][aria-selected=true], [role=option][aria-checked=true]');
      return [...picked].map((one) => bare(text(one, '[aria-hidden=true]') || one.textContent)).join(', ');
    }
    if (role === 'combobox' || element.getAttribute('aria-haspopup') === 'listbox') {
      const field = role === 'combobox' ? element.querySelector('input:not([type=hidden]), textarea') : null;
      if (field) return field.value || drawn(field);
      const shown = (selector) => tags(element, (one) => one.matches(selector)).join(', ');
      return shown('[aria-hidden=true], [role=listbox]') || shown('[role=listbox]');
    }
    return String(element.innerText ?? element.textContent);
  };
  // the text of a control is no label of another one
  const CONTROLS = 'script, style, template, input, select, textarea, button, a[href], summary, [role=button], [role=link], '
    + '[role=tab], [role=menuitem], [role=switch], [role=checkbox], [role=combobox]';
  const holdsControl = (element) => element.matches(CONTROLS) || element.querySelector(CONTROLS) !== null;
  return { words, bare, seen, seenBox, text, value, holdsControl };
})()
