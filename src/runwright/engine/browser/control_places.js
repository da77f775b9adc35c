// [The controls of a document with the places that narrow them, as JSON; how many elements were not read in time]. Keeps the elements, in the same order, for
// `means`. Takes TREE (accessibility.js) and LIBRARY (page_reading.js).
(budget) => {
  const start = performance.now();
  let left = 0;
  const tree = TREE, page = LIBRARY;
  const ROLES = new Set('ROLE_NAMES'.split(' '));
  const elements = [], found = [];
  const short = (text) => page.words(text).slice(0, 80).trim();
  const seenText = (element) => short(page.text(element));
  const ids = new Map();
  const id = (element) => { if (!element) return null; if (!ids.has(element)) ids.set(element, ids.size); return ids.get(element); };
  const once = (read) => { const known = new Map(); return (element, ...more) => { if (!known.has(element)) known.set(element, read(element, ...more)); return known.get(element); }; };
  const place = once((element, role) => ({ id: id(element), role, name: tree.name(element, role) }));
  const roleOf = once((element) => tree.role(element));
  const itemText = once((element) => short((page.text(element).match(/^.{1,60}(?=\s|$)/) ?? [''])[0]));
  const around = (element, wanted) => {
    for (let at = tree.up(element); at; at = tree.up(at)) { const role = roleOf(at); if (wanted.test(role)) return [at, role]; }
    return [null, ''];
  };
  const CELL = 'td, th, [role=cell], [role=gridcell], [role=rowheader], [role=columnheader]';
  const cellsOf = (row) => [...row.querySelectorAll(CELL)].filter((one) => one.closest('tr, [role=row]') === row);
  const rows = new Map();
  const rowText = (row, cell) => {
    if (!rows.has(row)) rows.set(row, cellsOf(row).map((one) => [one, one.querySelector('input, select, textarea, button, [role=switch], [role=checkbox]') ? '' : seenText(one)]));
    const all = rows.get(row).filter(([one, text]) => one !== cell && text);
    const head = all.find(([one]) => one.matches('th, [role=rowheader]')) ?? all[0];
    return head ? [roleOf(head[0]), [head[1], ...all.filter((one) => one !== head).map(([, text]) => text)].slice(0, 3)] : ['', []];
  };
  const heads = new Map();
  const columnOf = (table, row, cell) => {
    if (!heads.has(table)) {
      const first = [...table.querySelectorAll('tr, [role=row]')].find((one) => one.querySelector('th, [role=columnheader], thead td'));
      heads.set(table, first ? [first, cellsOf(first)] : [null, []]);
    }
    const [first, line] = heads.get(table);
    if (first === null || first === row) return '';
    const box = cell.getBoundingClientRect(), middle = (box.left + box.right) / 2;
    const above = line.find((one) => { const top = one.getBoundingClientRect(); return top.left <= middle && middle <= top.right; });
    return above ? seenText(above) : '';
  };
  const fieldText = (element) => {
    for (let at = element, level = 0; at && level < 3; at = at.parentElement, level += 1) {
      for (let near = at.previousSibling, steps = 0; near && steps < 5; near = near.previousSibling, steps += 1) {
        if (near.nodeType === Node.TEXT_NODE && near.data.trim()) return '';  // the text has no element of its own
        if (near.nodeType === Node.ELEMENT_NODE && !page.holdsControl(near) && page.seen(near) && seenText(near)) return seenText(near);
      }
      if (at.matches('form, table, fieldset, dialog, [role=dialog], body')) break;
    }
    return '';
  };
  const secret = (element) => element.matches('input[type=password], [autocomplete*=password i], [autocomplete=one-time-code i], [autocomplete^=cc- i]')
    || !/^(none)?$/.test(getComputedStyle(element).webkitTextSecurity ?? '');
  const VALUED = /^(textbox|searchbox|combobox|listbox|spinbutton|slider)$/;
  const CHECKED = /^(checkbox|radio|switch|menuitemcheckbox|menuitemradio)$/;
  let heading = null;
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (!element.matches('MARKUP')) continue;
      if (performance.now() - start > budget) { left += 1; continue; }
      if (tree.hidden(element)) continue;
      const role = tree.control(element, ROLES);
      if (element.matches('iframe, frame') || !ROLES.has(role) || (role === 'option' && element.closest('select'))) continue;
      const name = tree.controlName(element, role), states = tree.states(element, role);
      if (role === 'heading') heading = { id: elements.length, role, name };
      const [dialog, dialogRole] = around(element, /^(alert)?dialog$/);
      const [row] = around(element, /^row$/);
      const [table] = row ? around(row, /^(table|grid|treegrid)$/) : [null];
      const [group, groupRole] = around(element, /^(group|region|radiogroup|tabpanel|form|article|toolbar|navigation|main|search|complementary|banner|contentinfo)$/);
      const value = VALUED.test(role) ? (secret(element) ? null : page.words(page.value(element)).slice(0, 300)) : null;
      const box = element.getBoundingClientRect();
      elements.push(element);
      found.push({
        role, name, states, value, secret: VALUED.test(role) && secret(element),
        checked: CHECKED.test(role) ? !states.some((one) => one === 'checked' || one === 'checked=mixed') ? 'unchecked' : states.find((one) => one.startsWith('checked')) : null,
        heading: heading && heading.id !== elements.length - 1 ? heading : null,
        dialog: dialog ? place(dialog, dialogRole) : null,
        table: table ? place(table, tree.role(table)) : null,
        row: row ? { id: id(row) } : null,
        group: group ? place(group, groupRole) : null,
        column: '', item: null, beside: '',
        box: [box.x, box.y, box.width, box.height],
      });
    }
  };
  walk(document);
  // What distinguishes those that have no name, or one that others have too
  const SHORTCUT = /\s*[(\[]?(?:(?:Ctrl|Control|Strg|Cmd|Command|Shift|Alt|Option|Meta|Win)\s?[+-]|[\u2318\u2325\u21e7\u2303]).*$/;
  const several = new Map();
  const like = ({ role, name }) => `${role} ${name.replace(SHORTCUT, '').replace(/[^\p{L}\p{N}]/gu, '') || name}`;
  for (const one of found) several.set(like(one), (several.get(like(one)) ?? 0) + 1);
  for (const [at, one] of found.entries()) {
    if (one.name && several.get(like(one)) === 1) continue;
    if (performance.now() - start > 2 * budget) break;
    const element = elements[at], cell = element.closest(CELL);
    const [row] = around(element, /^row$/), [table] = row ? around(row, /^(table|grid|treegrid)$/) : [null];
    const [item, itemRole] = around(element, /^(listitem|treeitem|article|group)$/);
    if (row) [one.row.head, one.row.texts] = rowText(row, cell);
    if (table && cell) one.column = columnOf(table, row, cell);
    if (item) one.item = { id: id(item), role: itemRole, text: itemText(item) };
    one.beside = fieldText(element);
  }
  Object.defineProperty(window, Symbol.for('inspected'), { value: elements, enumerable: false, configurable: true });
  return [JSON.stringify(found), left];
}
