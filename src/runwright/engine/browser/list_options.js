// The options of a list that a page draws itself. Returns { shown, options, scrolled }: the open list's option elements
// that match `wanted` and can be seen. Called on the list's control. Takes LIBRARY.
([control, earlier, wanted, scroll]) => {
  const page = LIBRARY;
  const root = control.getRootNode();
  const field = control.matches('input, textarea') ? control : control.querySelector('input, textarea') ?? control;
  const OPTION = '[role=option], [role=treeitem], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox]';
  const boxes = [];
  for (const one of [control, field])
    for (const name of ['aria-controls', 'aria-owns'])
      for (const id of (one.getAttribute(name) || '').split(/\s+/).filter(Boolean)) {
        const box = root.getElementById?.(id) ?? document.getElementById(id);
        if (box) boxes.push(box);
      }
  const active = (id) => id && (root.getElementById?.(id) ?? document.getElementById(id));
  const current = active(field.getAttribute('aria-activedescendant'));
  if (current) boxes.push(current.closest('[role=listbox], [role=tree], [role=menu]') ?? current.parentElement);
  if (control.matches('[role=listbox], [role=tree], [role=menu]')) boxes.push(control);
  const every = (start, selector) => {
    const all = [];
    const walk = (at) => { for (const one of at.querySelectorAll('*')) { if (one.matches(selector)) all.push(one); if (one.shadowRoot) walk(one.shadowRoot); } };
    walk(start);
    return all;
  };
  const called = (one) => [one.getAttribute('aria-label'), page.text(one, '[aria-hidden=true]') || page.text(one), one.getAttribute('title')]
    .filter(Boolean).map(page.bare);
  const target = page.bare(wanted);
  const exact = (one) => called(one).includes(target);
  const begins = (one) => called(one).some((text) => text.replace(/^[#@]\s*/, '') === target.replace(/^[#@]\s*/, '')
    || text.replace(/^[#@]\s*/, '').startsWith(`${target.replace(/^[#@]\s*/, '')} `));
  const pick = (all) => { const whole = all.filter(exact); return whole.length ? whole : all.filter(begins); };
  const seen = (all) => all.filter((one) => page.seenBox(one));
  let options = seen([...new Set(boxes.flatMap((box) => every(box, OPTION)))]);
  // the list may name a copy for screen readers, or nothing: then what came into view by opening it counts
  const popped = () => seen(every(document, OPTION)).filter((one) => !earlier.has(one) && !one.closest('select'));
  if (options.length === 0) options = popped();
  let found = pick(options);
  if (found.length === 0 && options.length === 0) {
    const lone = every(document, '*').filter((one) => !/^(OPTION|SCRIPT|STYLE|LABEL)$/.test(one.tagName) && !earlier.has(one)
      && one.textContent.length < 300 && !control.contains(one) && !one.contains(control));
    const worded = lone.filter((one) => page.bare(one.textContent));
    const there = (fits) => worded.filter((one) => fits(one) && page.seen(one));
    const whole = there(exact), lines = whole.length ? whole : there(begins);
    found = lines.filter((one) => !lines.some((other) => other !== one && one.contains(other)));
    options = found;
  }
  const state = (one) => one.getAttribute('aria-selected') === 'true' || one.getAttribute('aria-checked') === 'true';
  let scrolled = false;
  if (scroll && found.length === 0 && options.length) {
    for (let box = options[0]; box && box !== document.body; box = box.parentElement ?? box.getRootNode().host)
      if (box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY)) {
        const before = box.scrollTop;
        if (scroll === 'start') box.scrollTop = 0; else box.scrollTop += Math.max(20, box.clientHeight * 0.8);
        scrolled = box.scrollTop !== before || scroll === 'start';
        break;
      }
  }
  return {
    found: found.length, control: found.length === 1 ? found[0] : null, scrolled,
    chosen: found.length === 1 && state(found[0]),
    disabled: found.length === 1 && found[0].getAttribute('aria-disabled') === 'true',
    several: options.some((one) => one.closest('[aria-multiselectable=true]')),
    names: options.slice(0, 2000).map((one) => called(one)[0] ?? ''),
    text: found.length === 1 ? called(found[0])[0] ?? '' : '',
  };
}
