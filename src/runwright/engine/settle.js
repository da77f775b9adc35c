// How far a page has come: resolves when it is at rest or `most` milliseconds are over.
([quiet, most]) => new Promise((resolve) => {
  const key = Symbol.for('settling');
  const seen = (window[key] ??= { count: 0, last: 0, known: 0, due: 0, rested: false, later: setTimeout });
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
    // a page that has come to rest before, and has set no timer for the next moments, only drew what it was asked to
    const wanted = seen.rested && now > seen.due ? Math.min(quiet, 10) : quiet;
    // rounds beside time: where the page's own timers are late, this one is as late
    if (seen.count !== seen.known && (now - seen.last < wanted || seen.rounds * 10 <= wanted)) return false;
    return !moving();
  };
  const look = () => {
    const over = performance.now() - begin >= most;
    if (over || rest()) {
      if (!over) { seen.known = seen.count; seen.rested = true; }
      resolve(!over);
    } else seen.later(look, 10);
  };
  look();
})
