// Runs in every document before its own scripts: counts changes of the DOM, and notes until when timers that the page
// has set will fire, for settling. Only timers of up to 60 ms: what comes later is not waited for.
(() => {
  const SOON = 60, LATE = 20;  // milliseconds; timers come a little late
  const seen = { count: 0, last: 0, known: 0, due: 0, rested: false, later: setTimeout.bind(window) };
  Object.defineProperty(window, Symbol.for('settling'), { value: seen, enumerable: false });
  new MutationObserver(() => { seen.count += 1; seen.last = performance.now(); }).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  const noting = (name, lasts) => {
    const there = Object.getOwnPropertyDescriptor(window, name);
    if (!there?.configurable) return;
    const value = new Proxy(there.value, {
      apply(called, self, given) {
        const soon = Number(given[1]) || 0;
        if (soon <= SOON) seen.due = Math.max(seen.due, performance.now() + lasts(soon) + LATE);
        return Reflect.apply(called, self, given);
      },
    });
    Object.defineProperty(window, name, { ...there, value });
  };
  noting('setTimeout', (soon) => soon);
  noting('setInterval', () => Infinity);
  noting('requestAnimationFrame', () => 0);
})();
