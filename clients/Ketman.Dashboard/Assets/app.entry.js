// What every page has. A page works without any of it; with it, what changes arrives by itself.
import './htmx.js';
import './shell.js';
import './keys.js';
import './drafts.js';
import './live.js';
import './incident.js';
import './timeline.js';
import './board.js';

// For whoever measures: from here on everything on the page answers.
performance.mark('ketman:usable');
