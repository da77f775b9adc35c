// The card Alerts, which arrives late, and the team's integrations. Switches save themselves.
(() => {
  const card = document.getElementById('alerts');
  const post = (path, body, method = 'POST') =>
    fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) });
  const tell = (sentence) => {
    document.querySelector('.told')?.remove();
    const told = Object.assign(document.createElement('p'), { className: 'told', textContent: sentence });
    told.setAttribute('role', 'alert');
    document.querySelector('h1').after(told);
  };
  const said = async (answer) => {
    try { return (await answer.json()).error; } catch { return null; }
  };
  const failed = 'That was not saved. Reload the page and look.';

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.connect) location.assign(`/oauth/slack?for=${button.dataset.connect}`);
    else if ('disconnect' in button.dataset || button.dataset.remove) {
      button.disabled = true;
      const answer = await (button.dataset.remove
        ? post(`/teams/acme/settings/slack/${button.dataset.remove}`, null, 'DELETE')
        : post('/settings/disconnect-slack')).catch(() => null);
      if (!answer?.ok) { button.disabled = false; tell(failed); } else if (card) await load(); else location.reload();
    }
  });
  if (!card) return;

  const live = () => {
    listboxes(card);
    card.querySelectorAll('[data-event]').forEach((one) => one.addEventListener('change', () => {
      const on = one.checked;
      setTimeout(async () => {
        const answer = await post('/settings/alerts', { event: one.dataset.event, by: one.dataset.by, on }).catch(() => null);
        if (!answer?.ok) { one.checked = !on; tell((answer && await said(answer)) || failed); }
      }, Number(card.dataset.late));
    }));
    const after = card.querySelector('#after'), unit = card.querySelector('#unit');
    const save = async () => {
      const answer = await post('/settings/alerts', { after: after.value.trim(), unit: unit.value }).catch(() => null);
      if (!answer?.ok) tell((answer && await said(answer)) || failed);
    };
    after.addEventListener('change', save);
    unit.addEventListener('input', save);
  };
  const load = async () => {
    const answer = await fetch('/settings/alerts').catch(() => null);
    if (!answer?.ok) { tell('The alerts could not be loaded. Reload the page.'); return; }
    card.innerHTML = await answer.text();
    live();
  };
  load();
})();
