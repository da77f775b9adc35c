import DataTable from 'datatables.net-dt';
import 'datatables.net-dt/css/dataTables.dataTables.css';
import { keep, show, stored } from './shared/shell.js';

const MEMBERS = Array.from({ length: 57 }, (_, n) => `Member ${n + 1}`);

show({
  'data-tables': (element) => {
    const blocked = new Set(stored);
    element.innerHTML = `<table id=members><thead><tr><th>Name</th><th>Blocked</th></tr></thead><tbody>
      ${MEMBERS.map((one) => `<tr><td>${one}</td><td><input type=checkbox ${blocked.has(one) ? 'checked' : ''}></td></tr>`).join('')}
      </tbody></table>`;
    element.addEventListener('change', (event) => {
      if (event.target.type !== 'checkbox') return;
      const name = event.target.closest('tr').cells[0].textContent;
      if (event.target.checked) blocked.add(name); else blocked.delete(name);
      keep([...blocked].sort());
    });
    new DataTable('#members');
  },
});
