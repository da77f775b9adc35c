import * as React from 'react';
import {
  Combobox, ComboboxInput, ComboboxOption, ComboboxOptions, Field, Label, Listbox, ListboxButton, ListboxOption,
  ListboxOptions, Switch,
} from '@headlessui/react';
import { showReact, useStored } from './shared/react_shell.jsx';
import { store, stored } from './shared/shell.js';
import './shared/drawn.css';

const PEOPLE = ['Ann Ames', 'Bob Byrd', 'Cy Cole', 'Di Dorn'];

function Owner() {
  const [value, set] = useStored();
  return <Field><Label>Owner</Label> <Listbox value={value} onChange={set}>
    <ListboxButton>{value}</ListboxButton>
    <ListboxOptions anchor="bottom" className="list">
      {PEOPLE.map((one) => <ListboxOption key={one} value={one}>{one}</ListboxOption>)}
    </ListboxOptions></Listbox></Field>;
}

function Assignee() {
  const [value, set] = useStored();
  const [query, search] = React.useState('');
  const found = PEOPLE.filter((one) => one.toLowerCase().includes(query.toLowerCase()));
  return <Field><Label>Assignee</Label> <Combobox value={value} onChange={(one) => one && set(one)} onClose={() => search('')}>
    <ComboboxInput displayValue={(one) => one} onChange={(event) => search(event.target.value)} />
    <ComboboxOptions anchor="bottom" className="list">
      {found.map((one) => <ComboboxOption key={one} value={one}>{one}</ComboboxOption>)}
    </ComboboxOptions></Combobox></Field>;
}

function Digest() {
  const [on, set] = React.useState(stored);
  return <Field><Label>Weekly digest</Label> <Switch checked={on} className="switch"
    onChange={async (next) => { if (await store(next)) set(next); }}><span className="thumb" /></Switch></Field>;
}

showReact({ 'headless-listbox': Owner, 'headless-combobox': Assignee, 'headless-switch': Digest });
