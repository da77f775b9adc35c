import TomSelect from 'tom-select';
import 'tom-select/dist/css/tom-select.css';
import { keep, show, stored } from './shared/shell.js';

const REGIONS = ['Frankfurt', 'Dublin', 'Seoul', 'Tokyo', 'Osaka'];
const options = REGIONS.map((one) => ({ value: one, text: one }));

show({
  'tom-select': (element) => {
    element.innerHTML = '<label for=region>Region</label><select id=region style="width: 300px"></select>';
    new TomSelect('#region', { options, items: [stored], onChange: keep });
  },
  'tom-select-tags': (element) => {
    element.innerHTML = '<label for=regions>Regions</label><select id=regions multiple style="width: 300px"></select>';
    new TomSelect('#regions', { options, items: stored, plugins: ['remove_button'], onChange: keep });
  },
});
