// Reads every text that a document shows, with its frames of the same process and its open shadow roots, and watches
// for texts that come and go. It runs in an isolated world, which the page can neither see nor change, and returns an
// object that stays there.
(() => {
  const SKIPPED = new Set(['SCRIPT', 'NOSCRIPT', 'TEMPLATE', 'HEAD', 'META', 'LINK', 'TITLE', 'BASE']);
  const UNSHOWN = new Set(['class', 'style', 'id', 'for', 'src', 'srcset', 'srcdoc', 'd', 'points', 'type', 'role']);
  const UNWRITTEN = new Set(['checkbox', 'radio', 'hidden', 'range', 'color', 'image']);
  const OLD = 200, MOST = 2000;
  let nodes = [], hidden = [], invalid = [], covered = [], fields = [], suspects = [], came = [], watched = new WeakSet(), observers = [], looking = 0;

  const fieldText = (one) => {
    if (one.localName === 'select') return [...one.selectedOptions].map((option) => option.label).join(' ');
    if (one.localName === 'textarea') return one.value;
    return one.localName === 'input' && !UNWRITTEN.has(one.type) ? one.value : null;
  };
  const shown = (element) => element.checkVisibility() || getComputedStyle(element).display === 'contents';
  // what came since the last look: texts of new nodes, and elements whose attributes changed
  const note = (records) => {
    const now = performance.now();
    for (const { type, target, addedNodes, attributeName } of records) {
      const added = type === 'childList' ? [...addedNodes] : [target];
      for (const node of added) {
        const text = type === 'attributes' ? target.getAttribute(attributeName) ?? '' : node.textContent;
        came.push([now, text, type === 'attributes' || target.localName === 'style' ? target : null, node]);
      }
    }
    while (came.length > MOST || (came.length && !looking && now - came[0][0] > OLD)) came.shift();
  };
  const watch = (root) => {
    if (watched.has(root)) return;
    watched.add(root);
    const observer = new MutationObserver(note);
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    observers.push(observer);
  };
  // the browser writes the message of a control that is a web component into a bubble, and lets nobody read it
  addEventListener('invalid', (event) => { if (!('validationMessage' in event.target)) event.preventDefault(); }, true);
  const FADE = 480; // milliseconds until a bubble is drawn in full
  const rendered = () => new Promise((resolve) => {
    setTimeout(resolve, 4 * FADE);
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, FADE)));
  });
  const written = (node) => node.nodeType === Node.TEXT_NODE ? node.data : fieldText(node) ?? '';
  const boxed = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE) return [...node.getClientRects()].some((box) => box.width && box.height);
    const range = node.ownerDocument.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].some((box) => box.width && box.height);
  };
  const walk = (root) => {
    const found = { texts: [], attributes: [], hidden: [], styles: [], messages: [], open: [] };
    const owners = { texts: [], attributes: [] };
    nodes = []; hidden = []; fields = []; invalid = [];
    const stack = [[root, false]];
    while (stack.length) {
      const [node, below] = stack.pop();
      if (node.nodeType === Node.TEXT_NODE) {
        if (!node.data.trim()) continue;
        if (below) { found.hidden.push(node.data); hidden.push(node); }
        else { found.texts.push(node.data); owners.texts.push(node); }
        continue;
      }
      let under = below;
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.localName === 'style') { found.styles.push(node.textContent); continue; }
        if (SKIPPED.has(node.nodeName.toUpperCase())) continue;
        under ||= !shown(node);
        const text = fieldText(node);
        if (text !== null) {
          fields.push([node, text]);
          found.texts.push(text); owners.texts.push(node);
          if (node.localName === 'select' && node.matches(':open')) found.open.push(...[...node.options].map((one) => one.label));
        }
        if (node.willValidate && node.validity && !node.validity.valid) {
          found.messages.push(node.validationMessage); invalid.push(node);
        }
        for (const { name, value } of node.attributes)
          if (value.length > 3 && !UNSHOWN.has(name) && !(name === 'value' && text !== null)) {
            found.attributes.push(value); owners.attributes.push([node, name]);
          }
        if (node.shadowRoot) { watch(node.shadowRoot); stack.push([node.shadowRoot, under]); }
        if (/^(iframe|frame|object|embed)$/.test(node.localName)) {
          let inner = null;
          try { inner = node.contentDocument; } catch { /* it runs in another process: it has a session of its own */ }
          if (inner) { watch(inner); stack.push([inner, under]); }
        }
      }
      for (let child = node.lastChild; child; child = child.previousSibling) stack.push([child, under]);
    }
    nodes = [...owners.texts, ...owners.attributes];
    return found;
  };
  const pseudo = (element) => ['::before', '::after', '::marker', '::placeholder'].map((part) => {
    const content = getComputedStyle(element, part).content;
    return content === 'none' || content === 'normal' ? '' : content;
  }).join(' ').trim();
  // the element that shows an attribute; null if none does
  const shower = ([element, name]) => {
    if (/^(option|optgroup)$/.test(element.localName)) return element.closest('select');
    if (/^(alt|placeholder|value|label|summary)$/.test(name)) return element;
    return pseudo(element) ? element : null;
  };
  const sample = (turn) => {
    if (turn !== looking) return;
    for (const each of fields) {
      const text = fieldText(each[0]);
      if (text !== each[1]) { each[1] = text; came.push([performance.now(), text, null, each[0]]); }
    }
    for (const node of suspects) if (boxed(node)) came.push([performance.now(), written(node), null, node]);
    requestAnimationFrame(() => sample(turn));
  };
  // the texts that came since `read`, and those of suspects that something around them may have shown
  const passing = () => {
    for (const observer of observers) note(observer.takeRecords());
    const around = came.map((each) => each[2]).filter(Boolean);
    const moved = suspects.filter((node) => around.some((one) => one.contains(node) || one.localName === 'style')
      || node.ownerDocument.getAnimations().some((one) => one.playState === 'running' && one.effect?.target?.contains(node)));
    const texts = looking ? [...came.map((each) => each[1]), ...moved.map(written)] : [];
    came = []; suspects = [];
    return texts.filter(Boolean);
  };
  return {
    // what the document shows, and the texts that `passed` since the last `read`; watches from now on, unless this is the `last`
    read: (last) => {
      watch(document);
      const passed = passing();
      looking = last ? 0 : performance.now();
      const found = walk(document);
      if (!last) sample(looking);
      return { ...found, passed };
    },
    // replaces messages of invalid controls, which the browser's bubble then shows, until `uncover`
    cover: async (pairs) => {
      for (const [index, text] of pairs) {
        const control = invalid[index];
        covered.push([control, control.validity.customError ? control.validationMessage : '', text]);
        control.setCustomValidity(text);
      }
      await rendered();
    },
    uncover: () => {
      for (const [control, before, text] of covered) if (control.validationMessage === text) control.setCustomValidity(before);
      covered = [];
    },
    // texts that contain a secret and are not shown: some that `read` found hidden, and some that are `gone` since
    suspect: (indexes, gone) => { suspects = [...indexes.map((index) => hidden[index]), ...gone.map((index) => nodes[index])]; },
    pick: (indexes) => indexes.map((index) => Array.isArray(nodes[index]) ? shower(nodes[index]) : nodes[index]).filter(Boolean),
    generated: (texts) => {
      const all = [], walkable = document.querySelectorAll('*');
      for (const element of walkable) {
        const content = pseudo(element).replace(/["\s]/g, '');
        if (content && texts.some((text) => content.includes(text.replace(/["\s]/g, '')))) all.push(element);
      }
      return all;
    },
  };
})()
