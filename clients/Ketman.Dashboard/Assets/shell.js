// The browser's time zone and the theme go to the server by cookie, so that pages come right in the first place.
const year = 'path=/; max-age=31536000; samesite=lax';
const cookie = name => document.cookie.split('; ').find(part => part.startsWith(name + '='))?.slice(name.length + 1);

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && decodeURIComponent(cookie('ketman-zone') ?? '') !== zone) {
  document.cookie = `ketman-zone=${encodeURIComponent(zone)}; ${year}`;
  // Once: whoever forbids cookies would reload for ever otherwise.
  if (document.body.dataset.zone !== zone && document.querySelector('time') && cookie('ketman-zone')) location.reload();
}

const acts = {
  theme() {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    document.documentElement.dataset.theme = dark ? 'light' : 'dark';
    document.cookie = `ketman-theme=${document.documentElement.dataset.theme}; ${year}`;
    document.dispatchEvent(new CustomEvent('ketman:theme'));
  },
  keys() {
    document.getElementById('keys').showModal();
  },
};

export const act = name => acts[name]?.();

document.addEventListener('click', event => {
  const button = event.target.closest('[data-act]');
  if (button) act(button.dataset.act);
  for (const open of document.querySelectorAll('details.me[open]')) if (!open.contains(event.target)) open.open = false;
});

// What a form was refused for is announced, and stands where the eye is.
document.addEventListener('htmx:afterSwap', event => {
  event.target.querySelector?.('[aria-invalid="true"]')?.focus();
});
