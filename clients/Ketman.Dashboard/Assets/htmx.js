import htmx from 'htmx.org/dist/htmx.esm.js';

export default htmx;
