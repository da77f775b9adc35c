import * as monaco from 'monaco-editor/editor/editor.api.js';
import { keep, show, stored } from './shared/shell.js';

window.MonacoEnvironment = { getWorker: () => new Worker('/bundles/monaco_worker.js') };

show({
  monaco: (element) => {
    element.innerHTML = '<h2>Script</h2><div style="height: 240px; border: 1px solid"></div>';
    const editor = monaco.editor.create(element.lastChild, { value: stored, language: 'plaintext', ariaLabel: 'Script' });
    editor.onDidChangeModelContent(() => keep(editor.getValue()));
  },
});
