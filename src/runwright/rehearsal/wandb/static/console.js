// The button Save of a section is blue until it has saved, then grey until a field changes.
document.querySelectorAll('form[data-part]').forEach((form) => {
  const save = form.querySelector('.save'), boxes = [...form.querySelectorAll('[name]')];
  const value = (box) => (box.type === 'checkbox' ? (box.checked ? 'on' : 'off') : box.value);
  let savedValues, saving = false, saved = false;
  const remember = () => { savedValues = boxes.map(value); };
  const update = () => { save.disabled = saving || (saved && boxes.every((box, i) => value(box) === savedValues[i])); };
  remember();
  form.addEventListener('input', update);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    form.querySelector('.wrong')?.remove();
    saving = true; update();
    const body = { section: form.closest('section').dataset.key, values: Object.fromEntries(boxes.map((b) => [b.name, value(b)])) };
    const answer = await fetch(`/console/settings/${form.dataset.part}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    }).catch(() => null);
    saving = false;
    if (answer?.ok) { saved = true; remember(); }
    else {
      const wrong = Object.assign(document.createElement('p'), { className: 'wrong', textContent: 'The section was not saved. Reload the page and check.' });
      wrong.setAttribute('role', 'alert');
      save.before(wrong);
    }
    update();
  });
});
document.querySelectorAll('[data-tab]').forEach((tab) => tab.addEventListener('click', () => {
  document.querySelectorAll('[data-tab]').forEach((one) => one.classList.toggle('here', one === tab));
  document.querySelectorAll('[data-under]').forEach((one) => { one.hidden = one.dataset.under !== tab.dataset.tab; });
}));
