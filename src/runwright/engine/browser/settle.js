// Resolves with [true, the result of OBSERVE] when a page is at rest, with [false, null] after `timeout` milliseconds.
([quiet, timeout, control]) => new Promise((resolve) => {
  const key = Symbol.for('settling');
  const own = { later: setTimeout.bind(window), now: performance.now.bind(performance) };
  const seen = (window[key] ??= { count: 0, last: 0, known: 0, came: 0, due: new Map(), ...own });
  const start = seen.now();
  const moving = () => document.getAnimations().some((one) => {
    if (one.playState !== 'running' || !one.effect) return false;
    const timing = one.effect.getComputedTiming();
    return Number.isFinite(timing.endTime) && timing.endTime < 5000;
  });
  // a document that has run no script, and holds none of another document or of a component, does not change by itself
  const HANDLER = 'boolean(//@*[starts-with(name(), "on") or starts-with(normalize-space(.), "javascript:")])';
  const still = () => seen.scripts === 0 && !seen.due.size && !seen.vague && !seen.came && !document.scripts.length && !window.length
    && ![...document.querySelectorAll('*')].some((one) => one.shadowRoot)
    && !document.evaluate(HANDLER, document, null, XPathResult.BOOLEAN_TYPE).booleanValue;
  // after a change: no callback that the page has scheduled is due within the quiet time; or that time is over, and
  // those that were due in it are not just late, as on a busy machine, but come again and again and change nothing
  const finished = (now) => {
    const silent = now - seen.last >= quiet && seen.rounds * 10 >= quiet;
    for (const due of seen.due.values())
      if (due <= seen.last + quiet) return silent && (seen.came >= 3 || now - seen.last >= 20 * quiet);
    return silent || (seen.rested && now - seen.vague >= quiet);
  };
  const rest = () => {
    const now = seen.now();
    if (document.readyState !== 'complete') return false;
    if (document.fonts && document.fonts.status !== 'loaded') return false;
    if (seen.count !== seen.at) { seen.at = seen.count; seen.rounds = 0; }
    seen.rounds += 1;
    if (seen.count !== seen.known && !finished(now) && !still()) return false;
    return !moving();
  };
  const poll = () => {
    const over = seen.now() - start >= timeout;
    if (over || rest()) {
      if (!over) { seen.known = seen.count; seen.rested = 'vague' in seen; }
      resolve(over ? [false, null] : [true, OBSERVE]);
    } else {
      // on a busy machine the browser may hold its idle callbacks back until it draws
      if ([...seen.due.keys()].some((one) => String(one).startsWith('idle'))) seen.frame(() => {});
      seen.later(poll, 10);
    }
  };
  poll();
})
