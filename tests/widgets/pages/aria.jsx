import {
  Button, ComboBox, DateField, DateInput, DateSegment, Group, Input, Label, ListBox, ListBoxItem, NumberField, Popover,
  Select, SelectValue,
} from 'react-aria-components';
import { parseDate } from '@internationalized/date';
import { showReact, useStored } from './shared/react_shell.jsx';
import './shared/drawn.css';

const SIZES = ['Small', 'Medium', 'Large', 'Huge'];
const items = SIZES.map((one) => <ListBoxItem key={one} id={one}>{one}</ListBoxItem>);

function Size() {
  const [value, set] = useStored();
  return <Select selectedKey={value} onSelectionChange={set}>
    <Label>Size</Label> <Button><SelectValue /> <span aria-hidden="true">▼</span></Button>
    <Popover className="list"><ListBox>{items}</ListBox></Popover>
  </Select>;
}

function Machine() {
  const [value, set] = useStored();
  return <ComboBox defaultSelectedKey={value} onSelectionChange={(one) => one && set(one)}>
    <Label>Machine</Label> <Input /><Button>▼</Button>
    <Popover className="list"><ListBox>{items}</ListBox></Popover>
  </ComboBox>;
}

function Start() {
  const [value, set] = useStored(parseDate, String);
  return <DateField value={value} onChange={(next) => next && set(next)}><Label>Start</Label>
    <DateInput style={{ display: 'flex' }}>{(segment) => <DateSegment segment={segment} />}</DateInput></DateField>;
}

function Seats() {
  const [value, set] = useStored();
  return <NumberField value={value} onChange={set} minValue={1}><Label>Seats</Label>
    <Group><Button slot="decrement">-</Button><Input /><Button slot="increment">+</Button></Group></NumberField>;
}

showReact({ 'aria-select': Size, 'aria-combobox': Machine, 'aria-date-field': Start, 'aria-number-field': Seats });
