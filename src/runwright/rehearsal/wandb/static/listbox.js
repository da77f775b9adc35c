// A button with a list of options, for the mouse and the keys arrows, Home, End, Enter, Space and Escape.
const listboxes = (root) => root.querySelectorAll('[data-listbox]').forEach((box, number) => {
  const button = box.querySelector('button'), list = box.querySelector('ul'), hiddenField = box.querySelector('input');
  const options = [...list.children];
  list.id ||= `options-${number}`;
  button.setAttribute('aria-controls', list.id);
  let at = 0;
  const mark = (index) => {
    at = Math.max(0, Math.min(options.length - 1, index));
    options.forEach((one, i) => one.classList.toggle('at', i === at));
  };
  const show = (open) => {
    list.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) mark(options.findIndex((one) => one.getAttribute('aria-selected') === 'true'));
  };
  const take = (index) => {
    options.forEach((one, i) => one.setAttribute('aria-selected', String(i === index)));
    box.querySelector('[data-shown]').textContent = hiddenField.value = options[index].textContent;
    show(false);
    hiddenField.dispatchEvent(new Event('input', { bubbles: true }));
  };
  button.addEventListener('click', () => show(list.hidden));
  button.addEventListener('keydown', (event) => {
    const open = !list.hidden;
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 };
    if (open && event.key in moves) mark(moves[event.key]);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') show(true);
    else if (open && (event.key === 'Enter' || event.key === ' ')) take(at);
    else if (open && event.key === 'Escape') show(false);
    else return;
    event.preventDefault();
  });
  options.forEach((one, i) => one.addEventListener('click', () => take(i)));
  document.addEventListener('click', (event) => { if (!box.contains(event.target)) show(false); });
});
listboxes(document);
