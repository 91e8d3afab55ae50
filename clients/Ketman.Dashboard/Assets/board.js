// The board while somebody looks at it: rows that change are fetched anew and put in their own place, what newly fits waits for a click,
// what no longer fits is dimmed. Nothing moves under the reader's eyes or fingers.
import htmx from './htmx.js';

const board = () => document.getElementById('board');
const live = () => board()?.dataset.live !== undefined;
const row = ref => document.getElementById(`r-${ref}`);
const rows = () => [...document.querySelectorAll('[data-row]')];
const now = () => Date.now() / 1000;

// As Clocks.Span writes it.
const span = seconds => {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days >= 60) return `${days} d`;
  if (days >= 1) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours >= 1) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.max(1, minutes)} min`;
};

const fetched = async query => {
  const answer = await fetch('/?' + query, { headers: { 'HX-Request': 'true' } });
  const elsewhere = answer.headers.get('HX-Redirect');
  if (elsewhere) location.assign(elsewhere);
  if (!answer.ok || elsewhere) throw new Error(String(answer.status));
  const template = document.createElement('template');
  template.innerHTML = await answer.text();
  return template.content;
};

const fields = 'a, input, button, summary';

// Keeps the mark and the focus of what is replaced.
const replace = (old, fresh) => {
  const [mark, newMark] = [old.querySelector('[name=row]'), fresh.querySelector('[name=row]')];
  if (mark && newMark) newMark.checked = mark.checked;
  const focused = [...old.querySelectorAll(fields)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (focused >= 0) fresh.querySelectorAll(fields)[focused]?.focus({ preventScroll: true });
};

// What it says, but for how long ago that was.
const said = element => {
  const copy = element.cloneNode(true);
  for (const ago of copy.querySelectorAll('.ago')) ago.remove();
  return copy.textContent;
};

const show = (asked, content) => {
  const fresh = new Map([...content.querySelectorAll('[data-row]')].map(one => [one.dataset.ref, one]));
  let changed = 0;
  for (const ref of asked) {
    const [old, replacement] = [row(ref), fresh.get(ref)];
    if (old && !replacement && !old.classList.contains('gone')) {
      old.classList.add('gone');
      old.querySelector('th')?.insertAdjacentHTML('beforeend', '<small class="badge"></small>');
      old.querySelector('th small:last-child').textContent = board().dataset.gone;
      changed++;
    } else if (old && replacement && (said(old) !== said(replacement) || old.classList.contains('gone'))) {
      replacement.classList.add('changed');
      replace(old, replacement);
      changed++;
    } else if (old && replacement) {
      old.dataset.v = replacement.dataset.v ?? '';
      old.dataset.turns = replacement.dataset.turns ?? '';
    } else if (!old && replacement) {
      newer.add(ref);
    }
  }
  if (changed > 0) askStrip();
  if (changed > 0) document.getElementById('said').textContent = board().dataset.said.replace('{0}', changed);
  const button = document.getElementById('newer');
  button.hidden = newer.size === 0;
  button.textContent = button.dataset.text.replace('{0}', newer.size);
  watchTheClock();
};

const newer = new Set();
const wanted = new Map();
const tries = new Map();
const most = 50;
let pending = new Set();
let timer;
let busy = false;

const ask = (ref, wait = 40) => {
  pending.add(ref);
  timer ??= setTimeout(flush, wait);
};

const flush = async () => {
  timer = undefined;
  if (busy || !live()) return;
  const asked = [...pending].slice(0, most);
  pending = new Set([...pending].slice(most));
  if (asked.length === 0) return;
  busy = true;
  try {
    const content = await fetched(`rows=${asked.map(encodeURIComponent).join(',')}&${location.search.slice(1)}`);
    show(asked, content);
    // What is due is worked out a moment after the rest: until it is there, the row is asked for again, a few times.
    for (const ref of asked) {
      const version = row(ref)?.dataset.v;
      const late = version && Number(version) < (wanted.get(ref) ?? 0) && (tries.get(ref) ?? 0) < 5;
      if (late) {
        tries.set(ref, (tries.get(ref) ?? 0) + 1);
        setTimeout(() => ask(ref), 40 * 2 ** tries.get(ref));
      } else {
        tries.delete(ref);
      }
    }
  } catch {
    // The banner says that the connection is gone; when it is back, everything is asked for again.
  } finally {
    busy = false;
    if (pending.size > 0) timer ??= setTimeout(flush, 40);
  }
};

let stripTimer;
const askStrip = () => {
  if (!document.getElementById('due')) return;
  stripTimer ??= setTimeout(async () => {
    stripTimer = undefined;
    try {
      const [old, fresh] = [document.getElementById('due'), (await fetched('part=due')).getElementById('due')];
      if (old && fresh && said(old) !== said(fresh)) replace(old, fresh);
    } catch {
      // As above.
    }
  }, 250);
};

document.addEventListener('ketman:change', event => {
  if (!live()) return;
  const { kind, ref, version } = event.detail;
  if (kind === 'case') {
    wanted.set(ref, Math.max(wanted.get(ref) ?? 0, version));
    tries.delete(ref);
    ask(ref);
  } else {
    for (const one of rows()) if (one.dataset.co === ref) ask(one.dataset.ref);
  }
  askStrip();
});

const askAll = () => {
  if (live()) for (const one of rows()) ask(one.dataset.ref, 0);
};

document.addEventListener('ketman:listening', askAll);
document.addEventListener('ketman:back', () => {
  askAll();
  askStrip();
});

// That time runs out is no event: the row is asked for when it does.
let clock;
const watchTheClock = () => {
  clearTimeout(clock);
  const turns = rows().map(one => Number(one.dataset.turns)).filter(at => at > 0);
  if (turns.length === 0 || !live()) return;
  clock = setTimeout(() => {
    for (const one of rows()) if (Number(one.dataset.turns) > 0 && Number(one.dataset.turns) <= now()) ask(one.dataset.ref);
    askStrip();
  }, Math.min(Math.max(1000, (Math.min(...turns) - now() + 1) * 1000), 3600_000));
};

const count = () => {
  const marks = document.querySelectorAll('[name=row]:checked').length;
  const output = document.getElementById('marks');
  if (output) output.textContent = marks;
  document.getElementById('marked')?.classList.toggle('some', marks > 0);
};

const begin = () => {
  if (!board()) return;
  const all = document.getElementById('mark-all');
  if (all) all.hidden = false;
  count();
  watchTheClock();
};

document.addEventListener('change', event => {
  if (event.target.id === 'mark-all') {
    for (const mark of document.querySelectorAll('[name=row]')) mark.checked = event.target.checked;
  }
  if (event.target.matches('#mark-all, [name=row]')) count();
});

document.addEventListener('htmx:afterRequest', event => {
  if (event.target.id !== 'marked' || !event.detail.successful) return;
  for (const mark of document.querySelectorAll('[name=row]:checked')) mark.checked = false;
  count();
});

document.addEventListener('click', async event => {
  if (event.target.id !== 'newer') return;
  const marked = new Set([...document.querySelectorAll('[name=row]:checked')].map(mark => mark.value));
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
  const fresh = page.getElementById('board');
  if (!fresh) return;
  const shown = newer;
  board().replaceWith(fresh);
  for (const mark of document.querySelectorAll('[name=row]')) mark.checked = marked.has(mark.value);
  for (const ref of shown) row(ref)?.classList.add('changed');
  newer.clear();
  htmx.process(fresh);
  begin();
  fresh.querySelector('[data-row].changed a, [data-row] a')?.focus({ preventScroll: true });
});

if (board()) {
  begin();
  setInterval(() => {
    for (const ago of document.querySelectorAll('.ago[data-at]')) {
      const left = Number(ago.dataset.at) - now();
      ago.textContent = (left > 0 ? board().dataset.in : board().dataset.ago).replace('{0}', span(left));
    }
  }, 30_000);
}
