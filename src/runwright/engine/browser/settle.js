// Resolves when a page is at rest, with true and what LOOK tells of it then; with false when `most` milliseconds are over.
([quiet, most, control]) => new Promise((resolve) => {
  const key = Symbol.for('settling');
  const own = { later: setTimeout.bind(window), now: performance.now.bind(performance) };
  const seen = (window[key] ??= { count: 0, last: 0, known: 0, came: 0, due: new Map(), ...own });
  const begin = seen.now();
  const moving = () => document.getAnimations().some((one) => {
    if (one.playState !== 'running' || !one.effect) return false;
    const timing = one.effect.getComputedTiming();
    return Number.isFinite(timing.endTime) && timing.endTime < 5000;
  });
  // after a change: nothing of what the page has asked for will come within the time of quiet, or that time is over,
  // and what should have come in it is not just late, as on a busy machine, but comes again and again and changes nothing
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
    if (seen.count !== seen.known && !finished(now)) return false;
    return !moving();
  };
  const look = () => {
    const over = seen.now() - begin >= most;
    if (over || rest()) {
      if (!over) { seen.known = seen.count; seen.rested = 'vague' in seen; }
      resolve(over ? [false, null] : [true, LOOK]);
    } else {
      // on a busy machine the browser may hold its idle callbacks back until it draws
      if ([...seen.due.keys()].some((one) => String(one).startsWith('idle'))) seen.frame(() => {});
      seen.later(look, 10);
    }
  };
  look();
})
