import Quill from 'quill';
import 'quill/dist/quill.snow.css';
import { keep, show, stored } from './shared/shell.js';

show({
  quill: (element) => {
    element.innerHTML = '<h2>Greeting</h2><div></div>';
    const editor = new Quill(element.lastChild, { theme: 'snow' });
    editor.setText(stored);
    editor.on('text-change', () => keep(editor.getText().trimEnd()));
  },
});
