// The card Alerts, which arrives late, and the team's integrations. Switches save at once.
(() => {
  const card = document.getElementById('alerts');
  const post = (path, body, method = 'POST') =>
    fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) });
  const showNotice = (sentence) => {
    document.querySelector('.notice')?.remove();
    const notice = Object.assign(document.createElement('p'), { className: 'notice', textContent: sentence });
    notice.setAttribute('role', 'alert');
    document.querySelector('h1').after(notice);
  };
  const errorIn = async (answer) => {
    try { return (await answer.json()).error; } catch { return null; }
  };
  const failed = 'The change was not saved. Reload the page and check.';

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.connect) location.assign(`/oauth/slack?for=${button.dataset.connect}`);
    else if ('disconnect' in button.dataset || button.dataset.remove) {
      button.disabled = true;
      const answer = await (button.dataset.remove
        ? post(`/teams/acme/settings/slack/${button.dataset.remove}`, null, 'DELETE')
        : post('/settings/disconnect-slack')).catch(() => null);
      if (!answer?.ok) { button.disabled = false; showNotice(failed); } else if (card) await load(); else location.reload();
    }
  });
  if (!card) return;

  const live = () => {
    listboxes(card);
    card.querySelectorAll('[data-event]').forEach((one) => one.addEventListener('change', () => {
      const on = one.checked;
      setTimeout(async () => {
        const answer = await post('/settings/alerts', { event: one.dataset.event, by: one.dataset.by, on }).catch(() => null);
        if (!answer?.ok) { one.checked = !on; showNotice((answer && await errorIn(answer)) || failed); }
      }, Number(card.dataset.late));
    }));
    const after = card.querySelector('#after'), unit = card.querySelector('#unit');
    const save = async () => {
      const answer = await post('/settings/alerts', { after: after.value.trim(), unit: unit.value }).catch(() => null);
      if (!answer?.ok) showNotice((answer && await errorIn(answer)) || failed);
    };
    after.addEventListener('change', save);
    unit.addEventListener('input', save);
  };
  const load = async () => {
    const answer = await fetch('/settings/alerts').catch(() => null);
    if (!answer?.ok) { showNotice('The alerts could not be loaded. Reload the page.'); return; }
    card.innerHTML = await answer.text();
    live();
  };
  load();
})();
