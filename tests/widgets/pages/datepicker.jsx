import DatePicker from 'react-datepicker';
import 'react-datepicker/dist/react-datepicker.css';
import { showReact, useStored } from './shared/react_shell.jsx';

const read = (text) => new Date(`${text}T12:00:00`);
const write = (date) => date && `${date.getFullYear()}-${`${date.getMonth() + 1}`.padStart(2, 0)}-${`${date.getDate()}`.padStart(2, 0)}`;

function Due() {
  const [value, set] = useStored(read, write);
  return <label>Due <DatePicker selected={value} onChange={set} dateFormat="yyyy-MM-dd" /></label>;
}

showReact({ 'react-datepicker': Due });
