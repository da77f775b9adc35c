import Sortable from 'sortablejs';
import { keep, show, stored } from './shared/shell.js';

show({
  sortable: (element) => {
    element.innerHTML = `<ul style="width: 300px">${stored.map((one) => `<li style="padding: 8px; border: 1px solid">${one}</li>`).join('')}</ul>`;
    const list = element.firstChild;
    Sortable.create(list, { animation: 150, onEnd: () => keep([...list.children].map((one) => one.textContent)) });
  },
});
