import flatpickr from 'flatpickr';
import 'flatpickr/dist/flatpickr.css';
import { keep, show, stored } from './shared/shell.js';

show({
  flatpickr: (element) => {
    element.innerHTML = '<label>Expires <input id=expires></label>';
    flatpickr('#expires', { defaultDate: stored, onChange: (_, text) => keep(text) });
  },
});
