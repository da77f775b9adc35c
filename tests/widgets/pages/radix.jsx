import * as React from 'react';
import { Checkbox, Dialog, Label, Select, Switch } from 'radix-ui';
import { showReact, useStored } from './shared/react_shell.jsx';
import { store, stored } from './shared/shell.js';
import './shared/drawn.css';

function Zone() {
  const [value, set] = useStored();
  return <><Label.Root htmlFor="zone">Time zone</Label.Root>
    <Select.Root value={value} onValueChange={set}>
      <Select.Trigger id="zone"><Select.Value /><Select.Icon /></Select.Trigger>
      <Select.Portal><Select.Content className="list" position="popper"><Select.Viewport>
        {['UTC', 'Asia/Seoul', 'Europe/Berlin'].map((one) => <Select.Item key={one} value={one}>
          <Select.ItemText>{one}</Select.ItemText><Select.ItemIndicator>✓</Select.ItemIndicator></Select.Item>)}
      </Select.Viewport></Select.Content></Select.Portal>
    </Select.Root></>;
}

function Terms() {
  const [value, set] = useStored();
  return <form><Checkbox.Root id="terms" className="box" checked={value} onCheckedChange={set}>
    <Checkbox.Indicator>✓</Checkbox.Indicator></Checkbox.Root> <label htmlFor="terms">Accept the terms</label></form>;
}

function Flight() {
  const [on, set] = React.useState(stored);
  return <form><label htmlFor="quiet">Quiet hours</label> <Switch.Root id="quiet" className="switch" checked={on}
    onCheckedChange={async (next) => { if (await store(next)) set(next); }}><Switch.Thumb className="thumb" /></Switch.Root></form>;
}

function Profile() {
  const [name, set] = React.useState(stored);
  const [open, setOpen] = React.useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const next = new FormData(event.target).get('name');
    if (await store(next)) { set(next); setOpen(false); }
  };
  return <><p>Signed in as <em>{name}</em></p>
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger>Edit profile</Dialog.Trigger>
      <Dialog.Portal><Dialog.Overlay className="overlay" /><Dialog.Content className="dialog">
        <Dialog.Title>Edit profile</Dialog.Title><Dialog.Description>Others see this name.</Dialog.Description>
        <form onSubmit={submit}><label>Name <input name="name" defaultValue={name} /></label> <button>Save changes</button></form>
        <Dialog.Close aria-label="Close">×</Dialog.Close>
      </Dialog.Content></Dialog.Portal>
    </Dialog.Root></>;
}

showReact({ 'radix-select': Zone, 'radix-checkbox': Terms, 'radix-switch': Flight, 'radix-dialog': Profile });
