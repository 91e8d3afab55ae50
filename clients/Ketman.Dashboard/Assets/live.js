// What changed arrives as server-sent events; whoever shows something of it asks for its part anew. One stream for a page.
const banner = document.getElementById('connection');

const say = (text, passing) => {
  banner.textContent = text;
  banner.hidden = false;
  banner.classList.toggle('passing', passing);
  if (passing) setTimeout(() => (banner.hidden = true), 4000);
};

if ('signedIn' in document.body.dataset) {
  let source;
  let lost = false;
  let again;

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`ketman:${name}`, { detail }));

  const later = () => (again = setTimeout(open, 2000 + Math.random() * 3000));

  // The page stays as it is: somebody may be writing in it. Its own address leads through the sign-in and back.
  const ended = () => {
    say(`${banner.dataset.ended} `, false);
    const link = document.createElement('a');
    link.href = location.pathname + location.search;
    link.textContent = banner.dataset.again;
    banner.append(link);
  };

  // Whether it was the session that ended with this stream; nobody who answers: no.
  const ask = async of => {
    const gone = await fetch('/api/v1/account').then(answer => answer.status === 401, () => false);
    if (gone && of === source) {
      source.close();
      ended();
    }
    return gone;
  };

  const open = () => {
    clearTimeout(again);
    source?.close();
    source = new EventSource('/api/v1/events');
    source.addEventListener('open', () => {
      performance.mark('ketman:listening');
      // What changed between the making of the page and this moment nobody will tell.
      if (!lost) {
        tell('listening');
        return;
      }
      lost = false;
      say(banner.dataset.back, true);
      tell('back');
    });
    source.addEventListener('change', event => tell('change', JSON.parse(event.data)));
    source.addEventListener('reset', () => tell('back'));
    source.addEventListener('error', () => {
      const first = !lost;
      if (first) {
        lost = true;
        say(banner.dataset.lost, false);
      }
      // The browser gives up after an answer that is no stream (the platform restarts, the session ended): we do not, and ask which it was.
      // The first time we ask at once: the browser comes again only after seconds, and whoever types should know.
      if (source.readyState === EventSource.CLOSED) ask(source).then(gone => gone || later());
      else if (first) ask(source);
    });
  };

  open();
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', event => event.persisted && open());
  addEventListener('offline', () => { lost = true; say(banner.dataset.lost, false); });
  // Whether the old stream still lives nobody can tell: another one says so by opening.
  addEventListener('online', () => open());
}
