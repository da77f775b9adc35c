// Runs in every document before its own scripts: counts DOM changes, and records the pending timers, callbacks and
// messages that may cause more, so that settling can distinguish a finished page from one that only pauses.
(() => {
  const later = setTimeout.bind(window), frame = requestAnimationFrame.bind(window);
  const now = performance.now.bind(performance), Weak = WeakRef;
  const seen = {
    count: 0, last: 0,              // changes, and the time of the last one
    known: 0, rested: false,        // the count when the page was last at rest, and whether it ever was
    due: new Map(),                 // pending timers and callbacks: when they are due
    came: 0,                        // how many were called since the last change
    vague: 0,                       // when something started whose next callback cannot be predicted
    scripts: 0,                     // how many scripts were removed, as some do with themselves
    fresh: [],                      // the nodes that changed last, each with its time
    later, frame, now,              // the original timer, frames and clock, which record nothing
  };
  Object.defineProperty(window, Symbol.for('settling'), { value: seen, enumerable: false });
  let observes = false, layout = null;
  // what changed last, to find the texts that an act brought; a document that is being loaded is new as a whole
  const remember = (records) => {
    const at = now();
    for (const record of records.slice(0, 50))
      for (const node of record.type === 'childList' ? [...record.addedNodes].slice(0, 20) : [record.target])
        if (node.nodeType === 3 || (node.nodeType === 1 && !/^(HTML|BODY|SCRIPT|STYLE)$/.test(node.tagName)))
          seen.fresh.push({ node: new Weak(node), at });
    if (seen.fresh.length > 400) seen.fresh.splice(0, seen.fresh.length - 200);
  };
  new MutationObserver((records) => {
    if (document.readyState !== 'loading') remember(records);
    for (const record of records)
      for (const node of record.removedNodes)
        if (node.nodeType === 1 && (node.localName === 'script' || node.querySelector('script'))) seen.scripts += 1;
    seen.count += 1;
    seen.last = now();
    seen.came = 0;
    // resize and intersection observers are called after the layout of the change
    if (!observes || layout !== null) return;
    const own = layout = {};
    seen.due.set(own, 0);
    frame(() => { layout = null; later(() => seen.due.delete(own)); });
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  const started = () => { seen.vague = now(); };
  const replace = (holder, name, handler) => {
    const there = holder && Object.getOwnPropertyDescriptor(holder, name);
    if (!there?.configurable || typeof there.value !== 'function') return;
    const value = new Proxy(there.value, handler);
    Object.defineProperty(holder, name, { ...there, value });
    const made = handler.construct && Object.getOwnPropertyDescriptor(value.prototype, 'constructor');
    if (made?.configurable) Object.defineProperty(value.prototype, 'constructor', { ...made, value });
  };
  const before = (holder, name, note) => replace(holder, name, {
    apply(called, self, args) { note(); return Reflect.apply(called, self, args); },
  });
  const built = (name, note) => replace(window, name, {
    construct(called, args, target) { note(); return Reflect.construct(called, args, target); },
  });
  // functions that take a callback: recorded from the request until the call, however late that is
  const callback = (name, kind, due, again = false) => replace(window, name, {
    apply(called, self, args) {
      const [act, wait] = args;
      if (typeof act !== 'function') { started(); return Reflect.apply(called, self, args); }
      let id = null;
      const record = () => seen.due.set(id, due(wait));
      const wrapped = function (...values) {
        if (!again) seen.due.delete(id); else if (seen.due.has(id)) record();
        seen.came += 1;
        return Reflect.apply(act, this, values);
      };
      const number = Reflect.apply(called, self, [wrapped, ...args.slice(1)]);
      id = kind + number;
      record();
      return number;
    },
  });
  const cancel = (name, kind) => replace(window, name, {
    apply(called, self, args) {
      seen.due.delete(kind + args[0]);
      return Reflect.apply(called, self, args);
    },
  });
  const soon = (wait) => now() + (Number(wait) || 0);
  callback('setTimeout', 'timer', soon);
  callback('setInterval', 'timer', soon, true);
  callback('requestAnimationFrame', 'frame', () => 0);
  callback('requestIdleCallback', 'idle', () => 0);
  cancel('clearTimeout', 'timer');
  cancel('clearInterval', 'timer');
  cancel('cancelAnimationFrame', 'frame');
  cancel('cancelIdleCallback', 'idle');
  before(window, 'postMessage', started);
  before(window.MessagePort?.prototype, 'postMessage', started);
  before(window, 'fetch', started);
  before(window.XMLHttpRequest?.prototype, 'send', started);
  before(window.Scheduler?.prototype, 'postTask', started);
  before(window.IDBFactory?.prototype, 'open', started);
  before(window.IDBDatabase?.prototype, 'transaction', started);
  before(window.LockManager?.prototype, 'request', started);
  before(window.CacheStorage?.prototype, 'open', started);
  before(window.FileReader?.prototype, 'readAsText', started);
  before(window.FileReader?.prototype, 'readAsDataURL', started);
  before(window.FileReader?.prototype, 'readAsArrayBuffer', started);
  before(window.Blob?.prototype, 'text', started);
  before(window.Blob?.prototype, 'arrayBuffer', started);
  before(window, 'createImageBitmap', started);
  for (const name of Object.getOwnPropertyNames(window.SubtleCrypto?.prototype ?? {}))
    if (name !== 'constructor') before(window.SubtleCrypto.prototype, name, started);
  window.navigation?.addEventListener('navigate', started);
  for (const name of ['Worker', 'SharedWorker', 'WebSocket', 'EventSource', 'BroadcastChannel'])
    built(name, () => { seen.vague = Infinity; });
  for (const name of ['ResizeObserver', 'IntersectionObserver']) built(name, () => { observes = true; });
})();
