import tinymce from 'tinymce';
import 'tinymce/icons/default';
import 'tinymce/models/dom';
import 'tinymce/plugins/lists';
import 'tinymce/skins/content/default/content.js';
import 'tinymce/skins/ui/oxide/content.js';
import 'tinymce/skins/ui/oxide/skin.js';
import 'tinymce/themes/silver';
import { keep, show, stored } from './shared/shell.js';

show({
  tinymce: (element) => {
    element.innerHTML = '<label for=footer>Footer</label><textarea id=footer></textarea>';
    element.lastChild.value = stored;
    tinymce.init({
      selector: '#footer', license_key: 'gpl', plugins: 'lists', height: 300, promotion: false, branding: false,
      skin: 'oxide', content_css: 'default',
      setup: (editor) => editor.on('input change keyup undo SetContent', () => keep(editor.getContent())),
    });
  },
});
