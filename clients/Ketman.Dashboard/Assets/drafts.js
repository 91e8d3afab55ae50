// What is typed into a form with data-draft is kept in this browser's session until it has been sent: a lost connection, a closed lid or an
// ended session costs nothing. Never passwords, and nothing beyond the tab.
const key = form => `draft:${form.dataset.draft}`;
const kept = form => [...form.elements].filter(field => field.name && !field.name.startsWith('_') && !['hidden', 'password', 'submit', 'button', 'file'].includes(field.type));

document.addEventListener('input', event => {
  const form = event.target.form;
  if (!form?.dataset.draft) return;
  sessionStorage.setItem(key(form), JSON.stringify(kept(form).map(field => [field.name, field.type === 'checkbox' ? field.checked : field.value])));
});

const restore = root => {
  for (const form of root.querySelectorAll('form[data-draft]')) {
    // A form that came back with its errors holds what was typed already.
    if (form.querySelector('[aria-invalid="true"]')) continue;
    for (const [name, value] of JSON.parse(sessionStorage.getItem(key(form)) ?? '[]')) {
      const field = form.elements.namedItem(name);
      if (!field) continue;
      if (field.type === 'checkbox') field.checked = value;
      else if (value) field.value = value;
    }
  }
};

// Sent for good is what was answered with something else than the form again.
document.addEventListener('htmx:afterRequest', event => {
  const form = event.target.closest?.('form[data-draft]');
  if (form && event.detail.successful) sessionStorage.removeItem(key(form));
});
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.dataset.draft && !form.hasAttribute('hx-post')) sessionStorage.removeItem(key(form));
});

restore(document);
document.addEventListener('htmx:load', event => restore(event.target));
