import '@shoelace-style/shoelace/dist/themes/light.css';
import '@shoelace-style/shoelace/dist/components/option/option.js';
import '@shoelace-style/shoelace/dist/components/range/range.js';
import '@shoelace-style/shoelace/dist/components/select/select.js';
import '@shoelace-style/shoelace/dist/components/switch/switch.js';
import { keep, show, store, stored } from './shared/shell.js';

const PLANS = ['Free', 'Team', 'Business'];
const choices = PLANS.map((one) => `<sl-option value="${one.toLowerCase()}">${one}</sl-option>`).join('');

show({
  'shoelace-select': (element) => {
    element.innerHTML = `<sl-select label="Plan" value="${stored}">${choices}</sl-select>`;
    element.firstChild.addEventListener('sl-change', (event) => keep(event.target.value));
  },
  'shoelace-select-multiple': (element) => {
    element.innerHTML = `<sl-select label="Plans" multiple value="${stored.join(' ')}">${choices}</sl-select>`;
    element.firstChild.addEventListener('sl-change', (event) => keep(event.target.value));
  },
  'shoelace-switch': (element) => {
    element.innerHTML = `<sl-switch ${stored ? 'checked' : ''}>Maintenance</sl-switch>`;
    element.firstChild.addEventListener('sl-change', (event) => store(event.target.checked));
  },
});
