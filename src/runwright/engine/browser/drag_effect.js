// Called on a control that is about to be dragged. Returns an object that stays in the page: `aim(target)` notes the drop
// target, `moved(right, below)` tells whether the drag, by so many pixels, had an effect: on the control and the boxes
// that it is in (their place among their neighbours and in what holds them), on its value, on the drop target, or on
// the drawing that either is in. What else changes on the page counts for nothing.
(control) => {
  const LEVELS = 8;
  const up = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const words = (node) => (node.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 2000);
  const within = (element, selector) => [...(element.matches(selector) ? [element] : []), ...element.querySelectorAll(selector)].slice(0, 200);
  const alike = (element) => element && [element.localName, words(element), element.getAttribute('aria-label'), element.id,
    ...within(element, 'img').map((one) => one.src)].join('\n');
  const FIELDS = 'input, textarea, select';
  const values = (element) => [...within(element, FIELDS).map((one) => `${one.value} ${one.checked}`),
    ...within(element, '[aria-valuenow]').map((one) => one.getAttribute('aria-valuenow'))].join('\n');
  // what is drawn: the pixels of a canvas, the shapes of a drawing
  const SHAPES = 'path, line, polyline, polygon, rect, circle, ellipse, g, use, image, text, foreignObject';
  const GEOMETRY = ['d', 'points', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'width', 'height', 'transform'];
  const drawn = (element) => {
    let svg = null;
    for (let at = element; at; at = up(at)) if (at.localName === 'svg') svg = at;
    const shapes = svg ? [...svg.querySelectorAll(SHAPES)].map((one) => GEOMETRY.map((name) => one.getAttribute(name) ?? '').join()) : [];
    const pixels = within(element, 'canvas').map((one) => { try { return one.toDataURL(); } catch { return String(performance.now()); } });
    return [...shapes, ...pixels].join('\n');
  };
  // attributes of a drop target, without those of a look that a pointer gives it
  const marks = (element) => [...element.attributes]
    .filter(({ name }) => !/^(class|style|tabindex)$|hover|focus|active|press|over|drag/.test(name)).map(({ name, value }) => `${name}=${value}`).join('\n');
  const held = (element) => {
    const box = element.getBoundingClientRect();
    return [words(element), element.querySelectorAll('*').length, values(element), marks(element), drawn(element), Math.round(box.width), Math.round(box.height),
      element.matches('iframe, frame') ? performance.now() : ''].join('\n');
  };
  const edges = (element, holder) => {
    if (!element) return null;
    const box = element.getBoundingClientRect(), outer = holder.getBoundingClientRect();
    const [left, top] = [box.left - outer.left + holder.scrollLeft, box.top - outer.top + holder.scrollTop];
    return { left, top, right: left + box.width, bottom: top + box.height };
  };
  const level = (element) => {
    const holder = up(element), [before, after] = [element.previousElementSibling, element.nextElementSibling];
    return {
      element, holder, before, after, at: [...element.parentNode.children].indexOf(element), count: element.parentNode.children.length,
      looks: [element, before, after].map(alike), box: edges(element, holder), near: [edges(before, holder), edges(after, holder)],
    };
  };
  const levels = [];
  for (let at = control; at && up(at) && at !== document.body && levels.length < LEVELS; at = up(at)) levels.push(level(at));
  const own = { text: words(control), values: values(control), drawn: drawn(control) };
  let target = null, there = null;

  // a neighbour that is another one: the page may have replaced the same one
  const other = (old, now, look) => (old?.isConnected ? old !== now : alike(now) !== look);
  const shifted = (known, now, reach, least) => {
    const next = edges(now, known.holder), near = [edges(now.previousElementSibling, known.holder), edges(now.nextElementSibling, known.holder)];
    const shift = (one, two, side) => Math.round(two[side] - one[side]);
    const [across, down] = [shift(known.box, next, 'left'), shift(known.box, next, 'top')];
    const grown = Math.abs(shift(known.box, next, 'right') - across) + Math.abs(shift(known.box, next, 'bottom') - down);
    const along = (across * reach[0] + down * reach[1]) / (Math.hypot(...reach) || 1);
    if (along >= Math.max(2, 0.25 * Math.hypot(...reach))) return true;
    if (!least || Math.abs(across) + Math.abs(down) + grown <= 2) return false;
    // what stands beside it may have grown, and taken it along
    const taken = (by, sides) => Math.abs(by) <= 2 || near.some((one, at) => one && known.near[at] && sides.some((side) => Math.abs(shift(known.near[at], one, side) - by) <= 2));
    return grown <= 2 && !(taken(across, ['left', 'right']) && taken(down, ['top', 'bottom']));
  };
  // the element that stands where one stood, if the page has replaced everything
  const again = (number) => {
    const known = levels[number];
    if (known.element.isConnected) return known.element;
    const holder = number + 1 < levels.length ? again(number + 1) : known.holder;
    return holder?.children[known.at] ?? null;
  };
  return {
    aim: (element) => { target = element; there = held(element); },
    moved: (right, below) => {
      if (target !== null && target.isConnected && held(target) !== there) return true;
      if (control.isConnected && (words(control) !== own.text || values(control) !== own.values || drawn(control) !== own.drawn)) return true;
      for (const [number, known] of levels.entries()) {
        if (target !== null && known.element.contains(target) && known.element !== target) break;
        const now = again(number);
        if (now === null || (known.element.isConnected ? up(now) !== known.holder && known.holder.isConnected : alike(now) !== known.looks[0])) return true;
        const [one, two] = [other(known.before, now.previousElementSibling, known.looks[1]), other(known.after, now.nextElementSibling, known.looks[2])];
        if (one && two && now.parentNode.children.length > 1) return true;
        if (known.holder.isConnected && shifted(known, now, [right, below], number === 0)) return true;
      }
      return false;
    },
  };
}
