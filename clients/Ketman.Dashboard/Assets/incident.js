// The page of a case: forms and explanations open in place, and what changes is put in the place of what it was.
import htmx from './htmx.js';

const root = () => document.getElementById('incident');
const first = dialog => dialog.querySelector('[aria-invalid="true"], select, input:not([type=hidden]), textarea');

// Links with data-do open their page in a dialog; without scripts they lead to it. A dialog that is there already opens at once, so that the
// very next key is heard.
const opened = () => {
  let dialog = document.getElementById('do');
  if (!dialog) {
    dialog = document.createElement('dialog');
    dialog.id = 'do';
    dialog.setAttribute('aria-labelledby', 'do-title');
    dialog.innerHTML = '<div data-deed id="do-body"></div>';
    document.body.append(dialog);
  }
  if (!dialog.open) dialog.showModal();
  return dialog;
};

document.addEventListener('click', event => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const dismiss = event.target.closest('dialog [data-dismiss]');
  if (dismiss) {
    event.preventDefault();
    dismiss.closest('dialog').close();
    return;
  }
  const link = event.target.closest('a[data-do], a[data-dialog]');
  if (!link) {
    for (const menu of document.querySelectorAll('details.actions[open]')) if (!menu.contains(event.target)) menu.open = false;
    return;
  }
  const ready = document.getElementById(link.dataset.dialog ?? '');
  event.preventDefault();
  if (ready) {
    ready.showModal();
    first(ready)?.focus();
    return;
  }
  link.closest('details')?.removeAttribute('open');
  const dialog = opened();
  const body = dialog.querySelector('#do-body');
  body.textContent = '…';
  htmx.ajax('GET', link.getAttribute('href'), { target: body, swap: 'innerHTML' }).then(() => (first(dialog) ?? dialog).focus());
});

// Enter sends, also from a choice; in a text of several lines it is Ctrl+Enter.
document.addEventListener('keydown', event => {
  const form = event.target.closest?.('[data-deed] form');
  if (!form || event.key !== 'Enter' || event.isComposing) return;
  const many = event.target.matches('textarea');
  if (event.target.matches('select') || (many && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// What could not be sent stays as it was typed.
document.addEventListener('htmx:sendError', event => {
  const place = event.target.closest?.('[data-deed]')?.querySelector('[id$="-problem"]');
  if (!place) return;
  const box = document.createElement('div');
  box.className = 'problem';
  box.setAttribute('role', 'alert');
  box.textContent = document.getElementById('connection').dataset.lost;
  place.replaceChildren(box);
});

// The date of a final notice stands in its text too; changing one changes the other.
document.addEventListener('change', event => {
  if (event.target.name !== 'publishFrom' || !event.target.value) return;
  const text = event.target.form?.elements.namedItem('text');
  const before = event.target.dataset.before ?? event.target.defaultValue;
  if (text && before) text.value = text.value.replaceAll(before, event.target.value);
  event.target.dataset.before = event.target.value;
});

let asked = false;
let again = false;

const refresh = async () => {
  if (!root()) return;
  if (asked) {
    again = true;
    return;
  }
  asked = true;
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok || answer.headers.has('HX-Redirect')) return;
    put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    // The connection is gone; the banner says so, and coming back asks again.
  } finally {
    asked = false;
    if (again) {
      again = false;
      refresh();
    }
  }
};

const put = fresh => {
  for (const part of fresh.querySelectorAll('[data-part]')) {
    const old = document.getElementById(part.id);
    if (!old || old.innerHTML === part.innerHTML) continue;
    for (const details of old.querySelectorAll('details[open][id]')) part.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute('open', '');
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const [id, href] = [focused?.id, focused?.getAttribute('href')];
    const scrolled = [...old.querySelectorAll('.scroll')].map(area => area.scrollLeft);
    old.replaceChildren(...part.childNodes);
    htmx.process(old);
    [...old.querySelectorAll('.scroll')].forEach((area, at) => (area.scrollLeft = scrolled[at] ?? 0));
    (id ? document.getElementById(id) : href ? old.querySelector(`[href="${CSS.escape(href)}"]`) : null)?.focus();
    old.classList.remove('changed');
    void old.offsetWidth;
    old.classList.add('changed');
  }
  const version = fresh.querySelector('[data-version]')?.dataset.version;
  if (!version) return;
  root().dataset.version = version;
  // Whoever has a form open has not seen what is new behind it: sending it will show that first.
  for (const field of document.querySelectorAll('dialog:not([open]) input[name=_version]')) field.value = version;
};

// What is due next is worked out behind the facts, and nothing tells when: so a change is looked at once more when that is done.
let settling;
const changed = () => {
  refresh();
  clearTimeout(settling);
  settling = setTimeout(refresh, 900);
};

document.addEventListener('ketman:change', event => event.detail.ref === root()?.dataset.incident && changed());
// What changed while the page was on its way nobody has told; a fact that was marked meanwhile must not stay.
document.addEventListener('ketman:listening', refresh);
document.addEventListener('ketman:back', refresh);
// The page after one's own change was made before all of that, and before its stream of changes was open.
if (root() && document.querySelector('#notices .notice')) settling = setTimeout(refresh, 900);
