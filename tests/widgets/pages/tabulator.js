import { TabulatorFull } from 'tabulator-tables';
import 'tabulator-tables/dist/css/tabulator.css';
import { keep, show, stored } from './shared/shell.js';

show({
  tabulator: (element) => {
    const value = { ...stored };
    const data = ['alpha', 'beta', 'gamma'].map((name, id) => ({ id, name, quota: value[name] ?? 10 }));
    const table = new TabulatorFull(element, {
      data, layout: 'fitColumns', index: 'id',
      columns: [{ title: 'Name', field: 'name' }, { title: 'Quota', field: 'quota', editor: 'input' }],
    });
    table.on('cellEdited', (cell) => { value[cell.getData().name] = Number(cell.getValue()); keep(value); });
  },
});
