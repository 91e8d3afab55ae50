// Dragging over the picture of a case looks closer at that stretch; the links beside it do the same by keyboard and without scripts.
import htmx from './htmx.js';

let drag;

const place = (svg, event) => {
  const box = svg.getBoundingClientRect();
  const { left, width } = svg.closest('figure').dataset;
  return Math.min(Number(width) - 8, Math.max(Number(left), ((event.clientX - box.left) / box.width) * Number(width)));
};

document.addEventListener('pointerdown', event => {
  const svg = event.target.closest?.('figure.timeline .scroll > svg');
  if (!svg || event.button !== 0 || event.pointerType === 'touch') return;
  event.preventDefault();
  drag = { svg, from: place(svg, event), to: place(svg, event), selection: svg.querySelector('.selection') };
  svg.setPointerCapture(event.pointerId);
});

document.addEventListener('pointermove', event => {
  if (!drag) return;
  drag.to = place(drag.svg, event);
  drag.selection.setAttribute('x', Math.min(drag.from, drag.to));
  drag.selection.setAttribute('width', Math.abs(drag.to - drag.from));
});

const end = event => {
  if (!drag) return;
  const { svg, from, to, selection } = drag;
  drag = undefined;
  selection.setAttribute('width', 0);
  if (event.type === 'pointercancel' || Math.abs(to - from) < 8) return;
  const figure = svg.closest('figure');
  const [first, last] = [Date.parse(figure.dataset.from), Date.parse(figure.dataset.until)];
  const [left, width] = [Number(figure.dataset.left), Number(figure.dataset.width) - 8];
  const at = x => new Date(first + ((x - left) / (width - left)) * (last - first)).toISOString().slice(0, 19) + 'Z';
  const address = `${figure.dataset.href}?from=${at(Math.min(from, to))}&until=${at(Math.max(from, to))}`;
  htmx.ajax('GET', address, { target: '#picture', select: '#picture', swap: 'outerHTML' }).then(() => history.replaceState(history.state, '', address));
};

document.addEventListener('pointerup', end);
document.addEventListener('pointercancel', end);
