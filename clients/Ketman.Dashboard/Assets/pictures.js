// Draws every [data-chart="KIND"]: what the kind's builder makes of its data (data-values: JSON; data-from: where to get it), in the
// colours and letters of the page. A table beside each picture says the same, and without scripts it stands alone.
import { init, use } from 'echarts/core';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

use([CanvasRenderer, AriaComponent, GridComponent, LegendComponent, TooltipComponent]);

const kinds = new Map();
const drawn = new Map();

/**
 * Says how a kind of picture is drawn.
 * @param {string} kind the value of data-chart
 * @param {(data: any, look: object, element: HTMLElement) => object} build makes the chart's options
 * @param {(chart: object, element: HTMLElement, data: any) => void} [ready] called once for each picture, e.g. to hear clicks
 */
export const picture = (kind, build, ready) => kinds.set(kind, { build, ready });
export { use };

const look = () => {
  const style = getComputedStyle(document.documentElement);
  const token = name => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: token('paper'), raised: token('raised'), line: token('line'), strong: token('strong-line'), ink: token('ink'), soft: token('soft'),
    accent: token('accent'), good: token('good'), bad: token('bad'), warn: token('warn'), note: token('note-paper'),
    font: getComputedStyle(document.body).fontFamily,
  };
};

// What all of them share. Nothing moves, and what a pointer shows is drawn too: as HTML it would need styles that no page lets in.
const frame = (options, { paper, raised, strong, ink, font }) => ({
  animation: false,
  backgroundColor: paper,
  textStyle: { fontFamily: font, fontSize: 13, color: ink },
  aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
  ...options,
  tooltip: {
    renderMode: 'richText', confine: true, backgroundColor: raised, borderColor: strong, transitionDuration: 0,
    textStyle: { color: ink, fontFamily: font, fontSize: 13 }, ...options.tooltip,
  },
});

const paint = element => {
  const one = drawn.get(element);
  if (!one?.data || element.clientWidth === 0) return;
  const kind = kinds.get(element.dataset.chart);
  const fresh = !one.chart;
  one.chart ??= init(element, null, { renderer: 'canvas' });
  if (!fresh) one.chart.resize();
  one.chart.setOption(frame(kind.build(one.data, look(), element), look()), { notMerge: true });
  if (fresh) kind.ready?.(one.chart, element, one.data);
};

// Also when it is first seen: in a closed <details> it has no size.
const sizes = new ResizeObserver(entries => entries.forEach(entry => paint(entry.target)));

const read = async element => (element.dataset.from
  ? (await fetch(element.dataset.from, { headers: { Accept: 'application/json' } })).json()
  : JSON.parse(element.dataset.values));

/** Draws the pictures below a node that have not been drawn yet. */
export const draw = root => {
  for (const element of root.querySelectorAll('[data-chart]')) {
    if (drawn.has(element) || !kinds.has(element.dataset.chart)) continue;
    drawn.set(element, {});
    read(element).then(data => {
      drawn.get(element).data = data;
      element.classList.add('drawn');
      sizes.observe(element);
    }, () => drawn.delete(element));
  }
};

const again = () => {
  for (const [element, { chart }] of drawn) {
    if (element.isConnected) {
      paint(element);
    } else {
      sizes.unobserve(element);
      chart?.dispose();
      drawn.delete(element);
    }
  }
};

document.addEventListener('ketman:theme', again);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
document.addEventListener('htmx:load', event => {
  again();
  draw(event.target.parentElement ?? document);
});
