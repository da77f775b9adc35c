// Resolves when a page is at rest, with true and what LOOK tells of it then; with false when `most` milliseconds are over.
([quiet, most, control]) => new Promise((resolve) => {
  const key = Symbol.for('settling');
  const seen = (window[key] ??= { count: 0, last: 0, known: 0, due: new Map(), later: setTimeout.bind(window) });
  const begin = performance.now();
  const moving = () => document.getAnimations().some((one) => {
    if (one.playState !== 'running' || !one.effect) return false;
    const timing = one.effect.getComputedTiming();
    return Number.isFinite(timing.endTime) && timing.endTime < 5000;
  });
  // after a change: nothing of what the page has asked for will come within the time of quiet, or that time is over;
  // rounds beside time, since where the page's own timers are late, this one is as late
  const finished = (now) => {
    if (now - seen.last >= quiet && seen.rounds * 10 >= quiet) return true;
    if (!seen.rested || now - seen.vague < quiet) return false;
    for (const due of seen.due.values()) if (due <= seen.last + quiet) return false;
    return true;
  };
  const rest = () => {
    const now = performance.now();
    if (document.readyState !== 'complete') return false;
    if (document.fonts && document.fonts.status !== 'loaded') return false;
    if (seen.count !== seen.at) { seen.at = seen.count; seen.rounds = 0; }
    seen.rounds += 1;
    if (seen.count !== seen.known && !finished(now)) return false;
    return !moving();
  };
  const look = () => {
    const over = performance.now() - begin >= most;
    if (over || rest()) {
      if (!over) { seen.known = seen.count; seen.rested = 'vague' in seen; }
      resolve(over ? [false, null] : [true, LOOK]);
    } else seen.later(look, 10);
  };
  look();
})
