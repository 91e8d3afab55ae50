import { act } from './shell.js';

// One key each, never with a modifier, never while something is typed.
const rows = () => [...document.querySelectorAll('[data-row]')];
const current = () => document.activeElement?.closest('[data-row]');

const move = step => {
  const all = rows();
  if (all.length === 0) return;
  const at = all.indexOf(current());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  (next.querySelector('a') ?? next).focus();
  next.scrollIntoView({ block: 'nearest' });
};

const keys = {
  '?': () => act('keys'),
  '/': () => document.getElementById('find')?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: () => current()?.querySelector('input[type=checkbox]')?.click(),
  o: () => (current()?.querySelector('[data-key=o]') ?? document.querySelector('main [data-key=o]'))?.click(),
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  // A field of a dialog that has just been closed still has the keyboard until the page is painted again.
  const typed = event.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]');
  if (typed?.checkVisibility() || document.querySelector('dialog[open]')) return;
  const key = keys[event.key];
  if (key) {
    event.preventDefault();
    key();
  }
});
