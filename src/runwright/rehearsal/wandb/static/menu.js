// The avatar menu: opens on a click; closes on a second click, a click outside, and Escape.
(() => {
  const button = document.getElementById('avatar'), menu = document.getElementById('menu');
  const show = (open) => { menu.hidden = !open; button.setAttribute('aria-expanded', String(open)); };
  button.addEventListener('click', () => show(menu.hidden));
  document.addEventListener('click', (event) => { if (!event.target.closest('.avatar')) show(false); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !menu.hidden) { show(false); button.focus(); }
  });
})();
