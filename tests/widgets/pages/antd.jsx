import * as React from 'react';
import { Button, Form, Input, InputNumber, Popconfirm, Select, Switch, Table } from 'antd';
import { showReact, useStored } from './shared/react_shell.jsx';
import { keep, store, stored } from './shared/shell.js';

const PLANS = ['Free', 'Team', 'Business', 'Enterprise'].map((one) => ({ value: one.toLowerCase(), label: one }));
const SERVERS = Array.from({ length: 500 }, (_, n) => ({ value: n + 1, label: `Server ${n + 1}` }));
const TOPICS = ['Billing', 'Security', 'Releases', 'Outages'].map((one) => ({ value: one, label: one }));

function Plan() {
  const [value, set] = useStored();
  return <><label htmlFor="plan">Plan</label> <Select id="plan" style={{ width: 200 }} options={PLANS} value={value} onChange={set} /></>;
}

function Server() {
  const [value, set] = useStored();
  return <><label htmlFor="server">Server</label> <Select id="server" showSearch={{ optionFilterProp: 'label' }} style={{ width: 200 }}
    options={SERVERS} value={value} onChange={set} /></>;
}

function Topics() {
  const [value, set] = useStored();
  return <><label htmlFor="topics">Topics</label> <Select id="topics" mode="multiple" style={{ width: 400 }} options={TOPICS}
    value={value} onChange={set} /></>;
}

function People() {
  const [value, set] = useStored();
  const rows = Array.from({ length: 40 }, (_, n) => ({ key: n + 1, name: `Person ${n + 1}`, team: n % 2 ? 'Ops' : 'Sales' }));
  const toggle = (name, on) => set(on ? [...value, name].sort() : value.filter((one) => one !== name));
  const columns = [
    { title: 'Name', dataIndex: 'name', fixed: 'left', width: 150 },
    { title: 'Team', dataIndex: 'team', width: 300 },
    { title: 'Mail', width: 300, render: (_, row) => `${row.name.replace(' ', '.').toLowerCase()}@acme.example` },
    { title: 'Second factor', width: 150,
      render: (_, row) => <Switch checked={value.includes(row.name)} onChange={(on) => toggle(row.name, on)} /> },
  ];
  return <Table columns={columns} dataSource={rows} pagination={false} scroll={{ x: 1400, y: 240 }} />;
}

function Public() {
  const [on, set] = React.useState(stored);
  return <><span id="links">Public links</span> <Switch aria-labelledby="links" checked={on}
    onChange={async (next) => { if (await store(next)) set(next); }} /></>;
}

function Keys() {
  const [keys, set] = React.useState(stored);
  const remove = async (key) => { const left = keys.filter((one) => one !== key); if (await store(left)) set(left); };
  return <ul>{keys.map((key) => <li key={key}>{key} <Popconfirm title="Delete the key" description={`Nobody can use ${key} afterwards.`}
    okText="Delete" cancelText="Keep" onConfirm={() => remove(key)}><Button danger>Delete {key}</Button></Popconfirm></li>)}</ul>;
}

function Company() {
  const submit = (values) => keep(values);
  return <Form layout="vertical" initialValues={stored} onValuesChange={(_, all) => submit(all)} style={{ maxWidth: 400 }}>
    <Form.Item label="Company" name="company" rules={[{ required: true }]}><Input /></Form.Item>
    <Form.Item label="Seats" name="seats" rules={[{ required: true }]}><InputNumber min={1} /></Form.Item>
    <Form.Item label="Plan" name="plan" rules={[{ required: true }]}><Select options={PLANS} /></Form.Item>
  </Form>;
}

showReact({
  'antd-select': Plan,
  'antd-select-500': Server,
  'antd-select-multiple': Topics,
  'antd-table': People,
  'antd-switch': Public,
  'antd-popconfirm': Keys,
  'antd-form': Company,
});
