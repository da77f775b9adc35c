// Finds what a target means in one document by the roles, names and states of its elements. `plan` is the target: its
// `heads` as in narrow.js, each with its `role` and, where that has no name, the patterns that it is `called` by; and the
// plans of what it is `near` and `before`, or null. Returns the elements. Takes MARKUP, NARROW
// (narrow.js) and TREE (accessibility.js).
(plan) => {
  const tree = TREE, narrow = NARROW, kept = { tree };
  const veiling = new Map();
  const hides = (root) => {  // whether anything in a root is hidden from assistive technology alone
    if (!veiling.has(root)) veiling.set(root, root.querySelector('[aria-hidden="true" i]') !== null || (root.host ? hides(root.host.getRootNode()) : false));
    return veiling.get(root);
  };
  const hidden = (element) => {
    if (element.checkVisibility({ visibilityProperty: true })) return hides(element.getRootNode()) && tree.closest(element, '[aria-hidden="true" i]') !== null;
    return getComputedStyle(element).display !== 'contents' || tree.hidden(element);
  };
  const known = new Map();
  const ofRole = (role) => {
    if (known.has(role)) return known.get(role);
    const found = [], only = new Set([role]);
    const walk = (root) => {  // shadow roots come after the rest of what they are in, as with Playwright
      const roots = [];
      for (const one of root.querySelectorAll('*')) {
        if (one.matches('MARKUP') && tree.control(one, only) === role && !hidden(one)) found.push(one);
        if (one.shadowRoot) roots.push(one.shadowRoot);
      }
      roots.forEach(walk);
    };
    walk(document);
    known.set(role, found);
    return found;
  };
  // of those without a name the whole text counts, as Playwright reads it
  const text = (node) => [...node.childNodes, ...node.shadowRoot ? [node.shadowRoot] : []].map((one) => one.nodeType === Node.TEXT_NODE ? one.data
    : one.nodeType === Node.COMMENT_NODE || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(one.nodeName) ? ''
    : one.localName === 'input' && /^(submit|button)$/.test(one.type) ? one.value : text(one)).join('');
  const called = ({ role, called }) => {
    const patterns = called?.map((source) => new RegExp(source));
    const fits = (words) => patterns.some((one) => one.test(words));
    return patterns ? ofRole(role).filter((one) => fits(tree.name(one, role)) || fits(text(one))) : ofRole(role);
  };
  const find = (one) => one && narrow(one.heads.map(called), null, find(one.near), find(one.before), one, kept);
  return find(plan);
}
