// A section's Save is blue until it has saved, then grey until something is changed.
document.querySelectorAll('form[data-part]').forEach((form) => {
  const save = form.querySelector('.save'), boxes = [...form.querySelectorAll('[name]')];
  const value = (box) => (box.type === 'checkbox' ? (box.checked ? 'on' : 'off') : box.value);
  let kept, saving = false, saved = false;
  const keep = () => { kept = boxes.map(value); };
  const look = () => { save.disabled = saving || (saved && boxes.every((box, i) => value(box) === kept[i])); };
  keep();
  form.addEventListener('input', look);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    form.querySelector('.wrong')?.remove();
    saving = true; look();
    const body = { section: form.closest('section').dataset.key, values: Object.fromEntries(boxes.map((b) => [b.name, value(b)])) };
    const answer = await fetch(`/console/settings/${form.dataset.part}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    }).catch(() => null);
    saving = false;
    if (answer?.ok) { saved = true; keep(); }
    else {
      const wrong = Object.assign(document.createElement('p'), { className: 'wrong', textContent: 'It was not saved. Reload the page and look.' });
      wrong.setAttribute('role', 'alert');
      save.before(wrong);
    }
    look();
  });
});
document.querySelectorAll('[data-tab]').forEach((tab) => tab.addEventListener('click', () => {
  document.querySelectorAll('[data-tab]').forEach((one) => one.classList.toggle('here', one === tab));
  document.querySelectorAll('[data-under]').forEach((one) => { one.hidden = one.dataset.under !== tab.dataset.tab; });
}));
