import * as React from 'react';
import {
  Alert, Autocomplete, Button, Checkbox, Dialog, DialogActions, DialogContent, DialogTitle, FormControl,
  FormControlLabel, InputLabel, ListItemText, MenuItem, OutlinedInput, Select, Snackbar, Switch, TextField,
} from '@mui/material';
import { DataGrid } from '@mui/x-data-grid';
import { AdapterDayjs } from '@mui/x-date-pickers/AdapterDayjs';
import { DatePicker } from '@mui/x-date-pickers/DatePicker';
import { LocalizationProvider } from '@mui/x-date-pickers/LocalizationProvider';
import dayjs from 'dayjs';
import { showReact, useStored } from './shared/react_shell.jsx';
import { store, stored } from './shared/shell.js';

const REGIONS = ['Frankfurt', 'Dublin', 'Seoul', 'Tokyo', 'Osaka'];

function Single() {
  const [value, set] = useStored();
  return <FormControl sx={{ minWidth: 240 }}>
    <InputLabel id="region-label">Region</InputLabel>
    <Select labelId="region-label" label="Region" value={value} onChange={(event) => set(event.target.value)}>
      {REGIONS.map((one) => <MenuItem key={one} value={one}>{one}</MenuItem>)}
    </Select>
  </FormControl>;
}

function Multiple() {
  const [value, set] = useStored();
  return <FormControl sx={{ width: 300 }}>
    <InputLabel id="regions-label">Regions</InputLabel>
    <Select labelId="regions-label" multiple value={value} onChange={(event) => set(event.target.value)}
      input={<OutlinedInput label="Regions" />} renderValue={(all) => all.join(', ')}>
      {REGIONS.map((one) => <MenuItem key={one} value={one}>
        <Checkbox checked={value.includes(one)} /><ListItemText primary={one} />
      </MenuItem>)}
    </Select>
  </FormControl>;
}

function Chips() {
  const [value, set] = useStored();
  return <Autocomplete multiple disableCloseOnSelect options={REGIONS} value={value} onChange={(_, next) => set(next)}
    renderInput={(params) => <TextField {...params} label="Regions" placeholder="Add a region" />} />;
}

function FreeText() {
  const [value, set] = useStored();
  return <Autocomplete multiple freeSolo options={['ops', 'billing']} value={value} onChange={(_, next) => set(next)}
    renderInput={(params) => <TextField {...params} label="Tags" />} />;
}

function Expiry() {
  const [value, set] = useStored((text) => dayjs(text), (day) => day?.isValid() ? day.format('YYYY-MM-DD') : null);
  return <LocalizationProvider dateAdapter={AdapterDayjs}>
    <DatePicker label="Expires" value={value} onChange={set} format="YYYY-MM-DD" />
  </LocalizationProvider>;
}

function Notify() {
  const [on, set] = React.useState(stored);
  const change = async (event) => { const next = event.target.checked; if (await store(next)) set(next); };
  return <FormControlLabel control={<Switch checked={on} onChange={change} />} label="Notify me" />;
}

function Rename() {
  const [name, set] = React.useState(stored);
  const [draft, edit] = React.useState(stored);
  const [open, setOpen] = React.useState(false);
  const [said, say] = React.useState(false);
  const rename = async () => { if (await store(draft)) { set(draft); setOpen(false); say(true); } };
  return <>
    <p>The server is called <strong>{name}</strong>.</p>
    <Button variant="outlined" onClick={() => setOpen(true)}>Rename …</Button>
    <Dialog open={open} onClose={() => setOpen(false)} aria-labelledby="rename">
      <DialogTitle id="rename">Rename the server</DialogTitle>
      <DialogContent>
        <TextField label="Name" required margin="dense" value={draft} onChange={(event) => edit(event.target.value)} />
      </DialogContent>
      <DialogActions>
        <Button onClick={() => setOpen(false)}>Cancel</Button><Button onClick={rename}>Rename</Button>
      </DialogActions>
    </Dialog>
    <Snackbar open={said} autoHideDuration={2000} onClose={() => say(false)}>
      <Alert severity="success" onClose={() => say(false)}>Renamed to {name}</Alert>
    </Snackbar>
  </>;
}

const PEOPLE = ['Ann Ames', 'Bob Byrd', 'Cy Cole', 'Di Dorn', 'Ed Earl'];
const COLUMNS = [
  { field: 'name', headerName: 'Name', width: 160 },
  { field: 'role', headerName: 'Role', width: 160, editable: true },
  { field: 'seats', headerName: 'Seats', width: 120, type: 'number', editable: true },
];

function Grid() {
  const [value, set] = useStored();
  const rows = PEOPLE.map((name, id) => ({ id, name, role: 'member', seats: value[name] ?? 1 }));
  const update = (row) => { set({ ...value, [row.name]: row.seats }); return row; };
  return <div style={{ height: 400 }}><DataGrid rows={rows} columns={COLUMNS} processRowUpdate={update} /></div>;
}

function Choose() {
  const [value, set] = useStored();
  const rows = PEOPLE.map((name) => ({ id: name, name, role: 'member', seats: 1 }));
  return <div style={{ height: 400 }}>
    <DataGrid rows={rows} columns={COLUMNS} checkboxSelection disableRowSelectionOnClick
      rowSelectionModel={{ type: 'include', ids: new Set(value) }}
      onRowSelectionModelChange={(model) => set(PEOPLE.filter((name) =>
        model.ids.has(name) === (model.type === 'include')))} />
  </div>;
}

showReact({
  'mui-select': Single,
  'mui-select-multiple': Multiple,
  'mui-autocomplete-chips': Chips,
  'mui-autocomplete-free-text': FreeText,
  'mui-date-picker': Expiry,
  'mui-switch': Notify,
  'mui-dialog': Rename,
  'mui-data-grid-cell': Grid,
  'mui-data-grid-rows': Choose,
});
