import { AllCommunityModule, createGrid, ModuleRegistry } from 'ag-grid-community';
import { keep, show, stored } from './shared/shell.js';

ModuleRegistry.registerModules([AllCommunityModule]);
const HOSTS = Array.from({ length: 60 }, (_, n) => `host-${n + 1}`);

show({
  'ag-grid-cell': (element) => {
    const value = { ...stored };
    element.style.height = '360px';
    createGrid(element, {
      columnDefs: [{ field: 'host' }, { field: 'port', editable: true }, { field: 'note', editable: true }],
      rowData: HOSTS.map((host) => ({ host, port: value[host] ?? 22, note: '' })),
      onCellValueChanged: ({ data }) => { value[data.host] = Number(data.port); keep(value); },
    });
  },
  'ag-grid-checkbox': (element) => {
    const value = new Set(stored);
    element.style.height = '360px';
    createGrid(element, {
      columnDefs: [{ field: 'host' }, { field: 'backup', editable: true, cellDataType: 'boolean' }],
      rowData: HOSTS.slice(0, 8).map((host) => ({ host, backup: value.has(host) })),
      onCellValueChanged: ({ data }) => {
        if (data.backup) value.add(data.host); else value.delete(data.host);
        keep([...value].sort());
      },
    });
  },
});
