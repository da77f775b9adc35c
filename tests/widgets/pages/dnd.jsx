import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core';
import {
  arrayMove, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { showReact, useStored } from './shared/react_shell.jsx';

function Item({ id }) {
  const { attributes, listeners, setNodeRef, transform, transition } = useSortable({ id });
  const style = { transform: CSS.Transform.toString(transform), transition, padding: 8, margin: 4, border: '1px solid' };
  return <div ref={setNodeRef} style={style} {...attributes} {...listeners}>{id}</div>;
}

function Order() {
  const [value, set] = useStored();
  const sensors = useSensors(useSensor(PointerSensor), useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }));
  const end = ({ active, over }) => {
    if (over && active.id !== over.id) set(arrayMove(value, value.indexOf(active.id), value.indexOf(over.id)));
  };
  return <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={end}>
    <SortableContext items={value} strategy={verticalListSortingStrategy}>{value.map((id) => <Item key={id} id={id} />)}</SortableContext>
  </DndContext>;
}

showReact({ 'dnd-kit': Order });
