// Returns a document's title, its count of DOM changes, and texts and fields that may hold a credential, as [label,
// text] pairs that Python judges. The long words of all texts follow in one last pair, each once. Called on a control,
// it scrolls to the control first and adds the control's box as x, y, width and height. In a frame it returns null,
// since the frame's document does not know its place on the page. At last: whether a script may have attached a closed
// shadow root (null if nothing watched it), and the address from which the document came.
(control) => {
  if (control) {
    SCROLL(control);
    if (window !== top) return null;
  }
  const WORD = /[!-~]{MIN_WORD,}/g;
  const RANDOM = /^[A-Za-z0-9_.=+\/~-]{20,}$/;
  const found = [], words = new Set();
  const tidy = (text) => (text || '').replace(/\s+/g, ' ').trim();
  const named = (element) => {
    const root = element.getRootNode();
    const ids = (element.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean);
    const texts = [element.getAttribute('aria-label'), ...ids.map((id) => root.getElementById?.(id)?.textContent)];
    for (const label of element.labels || []) texts.push(label.textContent);
    return tidy(texts.find((text) => tidy(text)));
  };
  const label = (element) => {
    const own = named(element);
    if (own) return own;
    const cell = element.closest('td');
    const head = cell && cell.closest('table')?.querySelector('tr')?.cells[cell.cellIndex];
    if (head && head !== cell && tidy(head.textContent)) return tidy(head.textContent);
    for (let at = element, level = 0; at && level < 3; at = at.parentElement, level += 1)
      for (let near = at.previousElementSibling; near; near = near.previousElementSibling) {
        const text = tidy(near.textContent);
        if (text) return text.slice(0, 80);
      }
    return '';
  };
  const check = (element, text) => {
    const value = (text || '').trim();
    if (RANDOM.test(value)) found.push([element ? label(element) : '', value]);
    for (const word of value.match(WORD) || []) words.add(word);
  };
  const walk = (root) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (node.data.length >= 8 && !/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.parentElement?.tagName || ''))
          check(node.parentElement, node.data);
        continue;
      }
      if (node.matches('input, textarea')) check(node, node.value);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document);
  const box = control?.getBoundingClientRect();
  const where = box ? [box.x, box.y, box.width, box.height] : null;
  return [document.title, window[Symbol.for('settling')]?.count ?? 0, [...found.slice(0, 200), ['', [...words].join('\n')]], where,
    [window[Symbol.for('closed roots')]?.possible ?? null, performance.getEntriesByType('navigation')[0]?.name ?? '']];
}
