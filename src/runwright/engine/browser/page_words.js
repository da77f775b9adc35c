// What a page says of itself that no role marks as a message: texts that came since an act, `seconds` ago, near the
// control or in the colours or words of an error. Called with a control or null. Takes LIBRARY.
([control, seconds]) => {
  const page = LIBRARY;
  const seen = window[Symbol.for('settling')], now = seen?.now ? seen.now() : performance.now();
  const since = now - seconds * 1000, arrived = since < 0;  // the document itself came after the act
  const NOT_WORDS = 'a[href], button, input, select, textarea, option, label, nav, h1, th, script, style, [role=button], [role=link],'
    + ' [role=option], [role=tab], [role=menuitem], [contenteditable=true]';
  const WORDS = new RegExp("\\b(error|fail(ed|ure|s)?|invalid|not (valid|allowed|found|saved)|must|can(not|'t|’t)|could ?n[o'’]t"
    + '|unable|denied|refused|rejected|forbidden|required|missing|already|taken|too (long|short|large|small|many|few)|wrong'
    + '|incorrect|expired|unknown|try again|exceed(s|ed)?|permission|unauthori[sz]ed)\\b', 'i');
  const red = (colour) => {
    const [r, g, b, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return /^rgb/.test(colour) && a > 0.1 && r > 110 && r > 1.6 * g && r > 1.6 * b;
  };
  const inRed = (element) => {
    const css = getComputedStyle(element);
    if (red(element.namespaceURI?.endsWith('svg') ? css.fill : css.color)) return true;
    for (let box = element, level = 0; box && level < 3; box = box.parentElement, level += 1) {
      const own = getComputedStyle(box);
      const border = ['Left', 'Top'].some((side) => parseFloat(own[`border${side}Width`]) > 0 && red(own[`border${side}Color`]));
      if (border && box.innerText?.length < 400) return true;
    }
    return false;
  };
  const place = control?.isConnected ? control.getBoundingClientRect() : null;
  const near = (element) => {
    if (!place) return false;
    const box = element.getBoundingClientRect();
    const [down, right] = [Math.max(box.top - place.bottom, place.top - box.bottom), Math.max(box.left - place.right, place.left - box.right)];
    return down < 60 && right < 120;
  };
  const words = (element) => {
    if (!element.isConnected || element.closest(NOT_WORDS) || !page.seen(element)) return '';
    const found = page.text(element);
    return found.length <= 300 && /\p{L}{2}/u.test(found) ? found : '';
  };
  const said = [], take = (text) => { if (text && !said.some((one) => one.includes(text))) said.push(text); };
  const leaves = (root) => {
    const found = new Set();
    const walk = (at) => {
      if (at.shadowRoot) walk(at.shadowRoot);
      const nodes = document.createTreeWalker(at, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      for (let node = nodes.nextNode(); node && found.size < 3000; node = nodes.nextNode()) {
        if (node.shadowRoot) walk(node.shadowRoot);
        else if (node.nodeType === Node.TEXT_NODE && node.data.trim() && node.parentElement) found.add(node.parentElement);
      }
    };
    walk(root);
    return [...found];
  };
  const block = (element) => {
    let box = element;
    while (box.parentElement && getComputedStyle(box).display === 'inline') box = box.parentElement;
    const longer = box.textContent.length > element.textContent.length + 150 || box.querySelector(NOT_WORDS);
    return longer ? element : box;
  };
  if (arrived) {
    for (const each of leaves(document.body ?? document)) if (said.length < 8 && inRed(each)) take(words(block(each)) || words(each));
    for (const each of leaves(document.body ?? document)) {
      const text = said.length < 8 && !each.closest(NOT_WORDS) && WORDS.test(each.textContent) ? words(block(each)) || words(each) : '';
      if (text && /^.{4,200}$/.test(text)) take(text);
    }
    return said;
  }
  const fresh = [];
  for (const { node, at } of seen?.fresh ?? []) {
    const one = node.deref();
    const element = one?.nodeType === Node.TEXT_NODE ? one.parentElement : one;
    if (at >= since && element?.isConnected && element !== document.body) fresh.push(element);
  }
  // changes in a shadow are not observed: what stands there in red counts
  const hosts = [...document.querySelectorAll('*')].filter((one) => one.shadowRoot);
  for (const each of hosts.flatMap(leaves).filter(inRed)) take(words(block(each)));
  const texts = new Set(fresh.flatMap((one) => leaves(one).map(block)));
  for (const each of texts) {
    const text = words(each);
    if (text && (inRed(each) || leaves(each).some(inRed) || WORDS.test(text) || near(each))) take(text);
  }
  return said.slice(0, 8);
}
