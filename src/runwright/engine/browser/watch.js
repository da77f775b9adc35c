// Runs in every document before its own scripts: counts changes of the DOM, and notes what the page has under way that
// may bring more of them, so that settling can tell a page that is finished from one that only pauses.
(() => {
  const later = setTimeout.bind(window), frame = requestAnimationFrame.bind(window);
  const now = performance.now.bind(performance);
  const seen = {
    count: 0, last: 0,              // changes, and when the last one was
    known: 0, rested: false,        // the changes there were when the page last came to rest, and whether it ever did
    due: new Map(),                 // timers and callbacks that have not come yet: when they are due
    came: 0,                        // how many came since the last change
    vague: 0,                       // when something began of which the page does not tell how it goes on
    later, frame, now,              // the page's own timer, frames and clock, which note nothing
  };
  Object.defineProperty(window, Symbol.for('settling'), { value: seen, enumerable: false });
  let observes = false, layout = null;
  new MutationObserver(() => {
    seen.count += 1;
    seen.last = now();
    seen.came = 0;
    // observers of sizes and places are called when the change has been laid out
    if (!observes || layout !== null) return;
    const own = layout = {};
    seen.due.set(own, 0);
    frame(() => { layout = null; later(() => seen.due.delete(own)); });
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  const begun = () => { seen.vague = now(); };
  const replace = (holder, name, handler) => {
    const there = holder && Object.getOwnPropertyDescriptor(holder, name);
    if (!there?.configurable || typeof there.value !== 'function') return;
    const value = new Proxy(there.value, handler);
    Object.defineProperty(holder, name, { ...there, value });
    const made = handler.construct && Object.getOwnPropertyDescriptor(value.prototype, 'constructor');
    if (made?.configurable) Object.defineProperty(value.prototype, 'constructor', { ...made, value });
  };
  const before = (holder, name, note) => replace(holder, name, {
    apply(called, self, given) { note(); return Reflect.apply(called, self, given); },
  });
  const built = (name, note) => replace(window, name, {
    construct(called, given, target) { note(); return Reflect.construct(called, given, target); },
  });
  // what calls back: known from when it was asked for until it has come, however late that is
  const callback = (name, kind, due, again = false) => replace(window, name, {
    apply(called, self, given) {
      const [act, wait] = given;
      if (typeof act !== 'function') { begun(); return Reflect.apply(called, self, given); }
      let id = null;
      const noted = () => seen.due.set(id, due(wait));
      const wrapped = function (...told) {
        if (!again) seen.due.delete(id); else if (seen.due.has(id)) noted();
        seen.came += 1;
        return Reflect.apply(act, this, told);
      };
      const number = Reflect.apply(called, self, [wrapped, ...given.slice(1)]);
      id = kind + number;
      noted();
      return number;
    },
  });
  const taken = (name, kind) => replace(window, name, {
    apply(called, self, given) {
      seen.due.delete(kind + given[0]);
      return Reflect.apply(called, self, given);
    },
  });
  const soon = (wait) => now() + (Number(wait) || 0);
  callback('setTimeout', 'timer', soon);
  callback('setInterval', 'timer', soon, true);
  callback('requestAnimationFrame', 'frame', () => 0);
  callback('requestIdleCallback', 'idle', () => 0);
  taken('clearTimeout', 'timer');
  taken('clearInterval', 'timer');
  taken('cancelAnimationFrame', 'frame');
  taken('cancelIdleCallback', 'idle');
  before(window, 'postMessage', begun);
  before(window.MessagePort?.prototype, 'postMessage', begun);
  before(window, 'fetch', begun);
  before(window.XMLHttpRequest?.prototype, 'send', begun);
  before(window.Scheduler?.prototype, 'postTask', begun);
  window.navigation?.addEventListener('navigate', begun);
  for (const name of ['Worker', 'SharedWorker', 'WebSocket', 'EventSource', 'BroadcastChannel'])
    built(name, () => { seen.vague = Infinity; });
  for (const name of ['ResizeObserver', 'IntersectionObserver']) built(name, () => { observes = true; });
})();
