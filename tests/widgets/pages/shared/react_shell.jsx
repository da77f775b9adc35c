// The shell of pages with React: a component for each task, which gets the stored value.
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { keep, show, stored } from './shell.js';

/** A state that begins with the stored value, or what is made of it, and that Save sends. */
export function useStored(read = (value) => value, write = (value) => value) {
  const [value, set] = useState(() => read(stored));
  return [value, (next) => { set(next); keep(write(next)); }];
}

/** Show the component of this page's task. */
export function showReact(components) {
  const maker = (Component) => (element) => createRoot(element).render(<Component />);
  show(Object.fromEntries(Object.entries(components).map(([name, Component]) => [name, maker(Component)])));
}
