import { basicSetup, EditorView } from 'codemirror';
import { keep, show, stored } from './shared/shell.js';

show({
  codemirror: (element) => {
    element.innerHTML = '<h2>Policy</h2>';
    new EditorView({
      parent: element, doc: stored,
      extensions: [basicSetup, EditorView.updateListener.of(({ state }) => keep(state.doc.toString()))],
    });
  },
});
