// Runs in every document before its own scripts: counts changes of the DOM, for settling.
(() => {
  const seen = { count: 0, last: 0, known: 0 };
  Object.defineProperty(window, Symbol.for('settling'), { value: seen, enumerable: false });
  new MutationObserver(() => { seen.count += 1; seen.last = performance.now(); }).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
})();
