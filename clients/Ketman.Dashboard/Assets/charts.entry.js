// The pictures: loaded only by pages that have some (Layout's Head), for they weigh more than everything else together.
// What kinds there are, each file says for its own pages; then all are drawn.
import './figures.js';
import { draw } from './pictures.js';

draw(document);
