// What all pages share: the stored value, the value that Save sends, and saving without a button.

/** The value that the server has stored for this task. */
export const stored = window.STORED;
let current = stored;

/** Keep a value for the next Save. */
export const keep = (value) => { current = value; };

/** Store a value at once, as a switch that saves by itself does. */
export async function store(value) {
  current = value;
  const said = document.getElementById('said');
  said.textContent = '';
  const answer = await fetch(`${location.pathname}/save`, { method: 'POST', body: JSON.stringify(value) });
  said.textContent = answer.ok ? 'Saved' : `Not saved: ${answer.status}`;
  return answer.ok;
}

/** Show the widget of this page: `makers` has a function for each task, which gets the element to fill. */
export function show(makers) {
  document.getElementById('save')?.addEventListener('click', () => store(current));
  makers[window.TASK](document.getElementById('widget'));
}
