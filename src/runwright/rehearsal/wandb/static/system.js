// Switches reveal their fields; Update settings sends everything at once.
(() => {
  const form = document.getElementById('settings'), wrong = document.getElementById('wrong');
  const https = document.getElementById('https'), button = form.querySelector('.blue');
  const update = () => {
    document.querySelectorAll('[data-shown-by]').forEach((one) => {
      one.hidden = !document.getElementById(one.dataset.shownBy).checked;
    });
    https.hidden = https.dataset.plain !== 'true' || !document.getElementById('turn_sso').checked;
  };
  update();
  form.addEventListener('change', update);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    button.disabled = true;
    const boxes = [...form.querySelectorAll('[name]')];
    const body = Object.fromEntries(boxes.map((one) => [one.name, one.type === 'checkbox' ? one.checked : one.value]));
    const answer = await fetch('/system-admin', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    }).catch(() => null);
    button.disabled = false;
    if (answer?.ok) return;
    const refusal = await answer?.json().catch(() => null);
    wrong.textContent = refusal?.error || 'The settings were not saved. Reload the page and check.';
    wrong.hidden = false;
  });
})();
