// Runs in every document before its own scripts: notes whether a closed shadow root may have been attached by a script.
// What such a root shows, no script can read, and only the browser itself can search.
(() => {
  const key = Symbol.for('closed roots');
  Object.defineProperty(window, key, { value: { possible: false }, enumerable: false });
  const note = (node) => {
    for (const view of [window, (node?.ownerDocument ?? node)?.defaultView]) {
      try { if (view) view[key].possible = true; } catch { /* another site's window: it has a note of its own */ }
    }
  };
  const before = (holder, name, may) => {
    const there = holder && Object.getOwnPropertyDescriptor(holder, name);
    if (!there?.configurable || typeof there.value !== 'function') return;
    const value = new Proxy(there.value, {
      apply(called, self, args) { if (may(args)) note(self); return Reflect.apply(called, self, args); },
    });
    Object.defineProperty(holder, name, { ...there, value });
  };
  before(window.Element?.prototype, 'attachShadow', ([init]) => init?.mode !== 'open');
  // these read HTML in which a closed root may be declared
  before(window.Element?.prototype, 'setHTMLUnsafe', () => true);
  before(window.ShadowRoot?.prototype, 'setHTMLUnsafe', () => true);
  before(window.Document, 'parseHTMLUnsafe', () => true);
  before(window.Document?.prototype, 'write', () => true);
  before(window.Document?.prototype, 'writeln', () => true);
})();
