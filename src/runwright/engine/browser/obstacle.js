// Why a click on an element does not arrive. Returns null if nothing lies over it; { own: true } if what lies over it
// belongs to it, so that a person would click there; else role, name and a button of what lies over it. Pauses endless
// animations of the element first, since it would never stand still: { moving: true }. Takes LIBRARY.
(element) => {
  const page = LIBRARY;
  if (!element.isConnected) return null;
  const up = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  const endless = [];
  for (let node = element; node; node = up(node))
    for (const one of node.getAnimations())
      if (one.playState === 'running' && one.effect?.getComputedTiming().endTime === Infinity) endless.push(one);
  if (endless.length) {
    for (const one of endless) one.pause();
    setTimeout(() => { for (const one of endless) if (one.playState === 'paused') one.play(); }, 2000);
    return { moving: true };
  }
  const box = element.getBoundingClientRect();
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  let over = document.elementFromPoint(x, y);
  while (over?.shadowRoot?.elementFromPoint(x, y) && over.shadowRoot.elementFromPoint(x, y) !== over)
    over = over.shadowRoot.elementFromPoint(x, y);
  const within = (node, outer) => { for (let n = node; n; n = up(n)) if (n === outer) return true; return false; };
  if (!over || within(over, element)) return null;
  const MODAL = 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]';
  const modal = over.closest(MODAL);
  const ACTIVE = 'a[href], button, select, textarea, input:not([type=file]), [role=button], [role=link], [role=menuitem]';
  const active = over.closest(ACTIVE);
  if (over.closest('label')?.control === element || within(element, over)) return { own: true };
  if (over.matches('input[type=file]') && Number(getComputedStyle(over).opacity) < 0.1) return { own: true };
  if (!(active && active !== element && !within(element, active)) && (!modal || within(element, modal))) {
    let shared = up(over);
    while (shared && !within(element, shared)) shared = up(shared);
    const room = shared?.getBoundingClientRect();
    const close = room && room.width <= box.width + 160 && room.height <= box.height + 48;
    const lies = over.getBoundingClientRect();
    if (close && lies.width <= room.width + 2 && lies.height <= room.height + 2) return { own: true };
  }
  let thing = modal;
  for (let node = over; !thing && node && node !== document.body; node = up(node))
    if (/fixed|sticky|absolute/.test(getComputedStyle(node).position) || node.getAttribute('role')) thing = node;
  thing ??= over;
  const ids = (thing.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean);
  const label = page.words(thing.getAttribute('aria-label') || ids.map((id) => document.getElementById(id)?.textContent).join(' '));
  const heading = page.words(thing.querySelector('h1, h2, h3, h4, [role=heading]')?.innerText);
  const lines = (thing.innerText || '').split('\n').map(page.words).filter(Boolean);
  const buttons = [...thing.querySelectorAll('button, [role=button], a[href], input[type=button]')].filter(page.seenBox)
    .map((one) => page.words(one.getAttribute('aria-label') || one.innerText || one.value)).filter(Boolean);
  const closing = buttons.find((one) => /close|dismiss|accept|agree|got it|^ok|continue|not now|later|no thanks|^[x\u00d7\u2715]$/i.test(one));
  const role = thing.getAttribute('role') || (thing.tagName === 'DIALOG' ? 'dialog' : '');
  return { role, name: label, text: heading || lines[0] || '', button: closing ?? (buttons.length === 1 ? buttons[0] : '') };
}
