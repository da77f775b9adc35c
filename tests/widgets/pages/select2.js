import './shared/jquery_global.js';
import $ from 'jquery';
import select2 from 'select2';
import 'select2/dist/css/select2.css';
import { keep, show, stored } from './shared/shell.js';

if (typeof select2 === 'function') select2(window, $);
const REGIONS = ['Frankfurt', 'Dublin', 'Seoul', 'Tokyo', 'Osaka'];

function fill(element, several, options = {}) {
  const chosen = [].concat(stored);
  element.innerHTML = `<label for=region>${several ? 'Regions' : 'Region'}</label>
    <select id=region style="width: 300px" ${several ? 'multiple' : ''}>
    ${REGIONS.map((one) => `<option ${chosen.includes(one) ? 'selected' : ''}>${one}</option>`).join('')}</select>`;
  const list = $('#region').select2(options);
  list.on('change', () => keep(list.val()));
}

show({ select2: (element) => fill(element, false), 'select2-multiple': (element) => fill(element, true) });
