import Cleave from 'cleave.js';
import Inputmask from 'inputmask';
import { keep, show, stored } from './shared/shell.js';

show({
  inputmask: (element) => {
    element.innerHTML = '<label>Phone <input id=phone></label>';
    const input = element.querySelector('input');
    input.value = stored;
    Inputmask({ mask: '(999) 999-9999', oncomplete: () => keep(input.value) }).mask(input);
  },
  cleave: (element) => {
    element.innerHTML = '<label>Card number <input id=card></label>';
    const cleave = new Cleave('#card', { blocks: [4, 4, 4, 4], numericOnly: true, onValueChanged: (event) => keep(event.target.rawValue) });
    cleave.setRawValue(stored);
  },
});
