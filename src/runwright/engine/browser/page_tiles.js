// Prepares a document for screenshots of all of it: scrolls to its start, and moves bars that stick to the window to where
// they belong on the whole page. Returns an object: the size of the document, its scroll areas, `show` to scroll one of
// them, `restore` to leave everything as it was. It changes no element: the moves are animations that are over.
() => {
  const start = [scrollX, scrollY], moves = [], areas = [];
  const root = document.scrollingElement ?? document.documentElement;
  const still = (element, frame) => moves.push(element.animate([frame, frame], { duration: 0, fill: 'forwards' }));
  scrollTo({ left: 0, top: 0, behavior: 'instant' });
  const [width, height] = [Math.max(root.scrollWidth, innerWidth), Math.max(root.scrollHeight, innerHeight)];
  const name = (element) => {
    const ids = (element.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean);
    const texts = [element.getAttribute('aria-label'), ...ids.map((id) => document.getElementById(id)?.textContent)];
    const text = (texts.find((one) => one?.trim()) || '').replace(/\s+/g, ' ').trim().slice(0, 60);
    return text ? `scroll area “${text}”` : 'a scroll area';
  };
  const look = (element) => {
    const css = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!box.width || !box.height || css.visibility === 'hidden') return;
    if (css.position === 'fixed' && box.height < innerHeight / 2 && box.top + box.height / 2 > innerHeight / 2)
      still(element, { translate: `0 ${height - innerHeight}px` });
    if (css.position === 'sticky' && css.bottom !== 'auto') still(element, { bottom: 'auto' });
    const outside = box.right <= 1 || box.bottom <= 1 || box.left >= width - 1 || box.top >= height - 1;
    if (outside || element === root || element === document.body || element.clientHeight < 40 || element.clientWidth < 40) return;
    const down = /auto|scroll/.test(css.overflowY) && element.scrollHeight - element.clientHeight > 8;
    const across = /auto|scroll/.test(css.overflowX) && element.scrollWidth - element.clientWidth > 8;
    if (down || across) areas.push({ element, down, across, top: element.scrollTop });
  };
  const walk = (tree) => {
    for (const element of tree.querySelectorAll('*')) {
      look(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  const place = ({ element }) => {
    const box = element.getBoundingClientRect();
    return { x: box.x + element.clientLeft, y: box.y + element.clientTop, width: element.clientWidth, height: element.clientHeight };
  };
  const facts = areas.map((one) => {
    const tiles = one.down ? Math.ceil(one.element.scrollHeight / one.element.clientHeight) : 1;
    return { name: name(one.element), tiles, across: one.across, clip: place(one) };
  });
  return {
    facts: { width, height, areas: facts },
    show: async (number, tile) => {
      const { element } = areas[number];
      element.scrollTo({ top: tile * element.clientHeight, behavior: 'instant' });
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      await frame().then(frame);
      return place(areas[number]);
    },
    leave: (number) => areas[number].element.scrollTo({ top: areas[number].top, behavior: 'instant' }),
    restore: () => {
      for (const move of moves) move.cancel();
      scrollTo({ left: start[0], top: start[1], behavior: 'instant' });
    },
  };
}
