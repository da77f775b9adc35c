// Runs in every document before its own scripts. Removes speculation rules before the browser reads them, so that it
// requests no document ahead, and reports them as console messages that begin with MARK. With OWN the page has no
// connections that the browser's request interception does not see.
(() => {
  const tell = console.debug.bind(console), parse = JSON.parse.bind(JSON);
  const isRules = (node) => node.nodeName === 'SCRIPT' && /^\s*speculationrules\s*$/i.test(node.getAttribute('type') || '');
  const report = (script) => {
    let urls = [];
    try {
      const base = document.baseURI;
      urls = Object.values(parse(script.textContent)).flat()
        .flatMap((rule) => rule?.urls ?? []).slice(0, 20).map((url) => String(new URL(url, base)));
    } catch {
      urls = [];  // rules that are not valid: the browser would not follow them either
    }
    tell('MARK' + JSON.stringify([location.href, urls]));
  };
  const remove = (script) => { report(script); script.remove(); };
  const search = (node) => {
    if (isRules(node)) remove(node);
    else if (node.querySelectorAll) [...node.querySelectorAll('script')].filter(isRules).forEach(remove);
  };
  const options = { subtree: true, childList: true, attributes: true, attributeFilter: ['type'] };
  const watch = new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === 'attributes') search(record.target);
      else record.addedNodes.forEach(search);
    }
  });
  watch.observe(document, options);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = new Proxy(attach, {
    apply(called, self, args) {
      const root = Reflect.apply(called, self, args);
      watch.observe(root, options);
      return root;
    },
  });
  if (OWN) for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete window[name];
})();
