// How far a page has come: resolves when it is at rest or `most` milliseconds are over.
([quiet, most]) => new Promise((resolve) => {
  const key = Symbol.for('settling');
  const seen = (window[key] ??= { count: 0, last: 0, known: 0 });
  const begin = performance.now();
  const moving = () => document.getAnimations().some((one) => {
    if (one.playState !== 'running' || !one.effect) return false;
    const timing = one.effect.getComputedTiming();
    return Number.isFinite(timing.endTime) && timing.endTime < 5000;
  });
  const rest = () => {
    const now = performance.now();
    if (document.readyState !== 'complete') return false;
    if (document.fonts && document.fonts.status !== 'loaded') return false;
    if (seen.count !== seen.at) { seen.at = seen.count; seen.rounds = 0; }
    seen.rounds += 1;
    // rounds beside time: where the page's own timers are late, this one is as late
    if (seen.count !== seen.known && (now - seen.last < quiet || seen.rounds * 10 < quiet)) return false;
    return !moving();
  };
  const look = () => {
    const over = performance.now() - begin >= most;
    if (over || rest()) {
      if (!over) seen.known = seen.count;
      resolve(!over);
    } else setTimeout(look, 10);
  };
  look();
})
