import Select from 'react-select';
import AsyncSelect from 'react-select/async';
import { showReact, useStored } from './shared/react_shell.jsx';

const REGIONS = ['Frankfurt', 'Dublin', 'Seoul', 'Tokyo', 'Osaka', 'Mumbai', 'Seoul (test)'];
const option = (text) => text && { value: text.toLowerCase(), label: text };
const options = REGIONS.map(option);
const groups = [
  { label: 'Europe', options: ['Frankfurt', 'Dublin'].map(option) },
  { label: 'Asia', options: ['Seoul', 'Tokyo', 'Osaka', 'Mumbai'].map(option) },
];
const search = (text) => new Promise((resolve) => {
  setTimeout(() => resolve(options.filter((one) => one.label.toLowerCase().includes(text.toLowerCase()))), 400);
});

function Single(props) {
  const [value, set] = useStored(option, (one) => one.label);
  return <><label htmlFor="region">Region</label><Select inputId="region" options={options} value={value} onChange={set} {...props} /></>;
}

function Multi() {
  const [value, set] = useStored((all) => all.map(option), (all) => all.map((one) => one.label));
  return <><label htmlFor="regions">Regions</label><Select inputId="regions" isMulti options={options} value={value} onChange={set} /></>;
}

function Async() {
  const [value, set] = useStored(option, (one) => one.label);
  return <><label htmlFor="region">Region</label>
    <AsyncSelect inputId="region" loadOptions={search} value={value} onChange={set} /></>;
}

showReact({
  'react-select': () => <Single />,
  'react-select-multi': Multi,
  'react-select-not-searchable': () => <Single isSearchable={false} />,
  'react-select-async': Async,
  'react-select-grouped': () => <Single options={groups} />,
});
