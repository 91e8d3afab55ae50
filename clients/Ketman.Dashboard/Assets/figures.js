// The pictures of the figures. All words come with the data, so that they stand in one place with those of the pages.
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { MarkLineComponent } from 'echarts/components';
import { picture, use } from './pictures.js';

use([BarChart, CustomChart, LineChart, ScatterChart, MarkLineComponent]);

// What the signs mean takes a second line where there is little room.
const narrow = element => element.clientWidth < 520;
const head = (element, usual) => (narrow(element) ? usual + 26 : usual);

const percent = share => `${Math.round(share * 100)} %`;

// How many still wait after how long: steps down at each answer, a band of what else would fit, an upright stroke for who was seen last then.
// { steps: [{t, s, lo, hi, c, text}], ticks: [{t, text}], stretched, end, x, curve, band, waiting, half }
picture('survival', (data, look, element) => {
  const at = data.stretched ? t => Math.log10(1 + t / data.stretched) : t => t;
  const end = at(data.end);
  const points = data.steps.map(step => [at(step.t), step.s, step.text]);
  const banded = data.steps.filter(step => step.lo !== null && step.hi !== null);
  const waiting = data.steps.filter(step => step.c > 0).map(step => [at(step.t), step.s, step.text]);
  const last = points.at(-1);

  const band = (params, api) => {
    // Steps: each value holds until the next time.
    const along = side => banded.flatMap((step, index) => [[at(step.t), step[side]], [at(banded[index + 1]?.t ?? data.end), step[side]]]);
    const outline = [...along('hi'), ...along('lo').reverse()].map(point => api.coord(point));
    return { type: 'polygon', shape: { points: outline }, style: { fill: look.accent, opacity: 0.16 }, silent: true };
  };

  return {
    grid: { left: 52, right: 20, top: head(element, 36), bottom: 48 },
    legend: { top: 0, left: 0, textStyle: { color: look.ink }, data: [data.curve, data.band, data.waiting], selectedMode: false },
    tooltip: { trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: look.strong } }, formatter: shown => shown.find(one => one.value[2])?.value[2] ?? '' },
    xAxis: {
      type: 'value', min: 0, max: end, name: data.x, nameLocation: 'middle', nameGap: 30, nameTextStyle: { color: look.soft },
      axisLine: { lineStyle: { color: look.strong } }, splitLine: { show: false },
      axisTick: { customValues: data.ticks.map(tick => at(tick.t)) },
      axisLabel: { color: look.soft, hideOverlap: true, customValues: data.ticks.map(tick => at(tick.t)), formatter: value => data.ticks.find(tick => Math.abs(at(tick.t) - value) < 1e-6)?.text ?? '' },
    },
    yAxis: {
      type: 'value', min: 0, max: 1, interval: 0.25,
      axisLabel: { color: look.soft, formatter: percent }, splitLine: { lineStyle: { color: look.line } },
    },
    series: [
      { name: data.band, type: 'custom', renderItem: band, data: [[0, 0]], clip: true, itemStyle: { color: look.accent, opacity: 0.3 }, tooltip: { show: false }, z: 1 },
      {
        name: data.curve, type: 'line', step: 'end', symbol: 'circle', symbolSize: 5, color: look.accent, lineStyle: { width: 2.5 }, z: 3,
        data: last ? [[0, 1, ''], ...points, [end, last[1], '']] : [],
        markLine: { silent: true, symbol: 'none', animation: false, lineStyle: { color: look.strong, type: 'dashed' }, label: { color: look.soft, position: 'insideEndTop', formatter: data.half }, data: [{ yAxis: 0.5 }] },
      },
      { name: data.waiting, type: 'scatter', symbol: 'rect', symbolSize: [3, 16], color: look.warn, data: waiting, z: 4 },
    ],
  };
});

// Bars, lying or upright, in parts that stand on each other; of sums that are not known exactly, the range as a stroke.
// { labels, series: [{name, tone, values, side}], ranges: [[low, high]], range, upright, unit }
picture('bars', (data, look, element) => {
  const tones = { good: look.good, bad: look.bad, warn: look.warn, accent: look.accent, soft: look.strong };
  const names = {
    type: 'category', data: data.labels, inverse: !data.upright, axisLine: { lineStyle: { color: look.strong } }, axisTick: { show: false },
    axisLabel: { color: look.ink, hideOverlap: Boolean(data.upright), ...(data.upright ? {} : { width: narrow(element) ? 110 : 230, overflow: 'truncate' }) },
  };
  const numbers = {
    type: 'value', min: 0, minInterval: data.whole ? 1 : undefined, name: data.unit, nameLocation: data.upright ? 'end' : 'middle', nameGap: data.upright ? 10 : 28,
    nameTextStyle: { color: look.soft, align: data.upright ? 'left' : 'center' }, axisLabel: { color: look.soft, hideOverlap: true }, splitLine: { lineStyle: { color: look.line } },
  };
  const series = data.series.map(part => ({
    name: part.name, type: 'bar', stack: part.side ? undefined : 'all', color: tones[part.tone] ?? look.accent, barMaxWidth: 28, data: part.values,
    itemStyle: { borderColor: look.paper, borderWidth: 1 },
  }));

  if (data.ranges) {
    const stroke = (params, api) => {
      const index = api.value(0);
      const point = value => api.coord(data.upright ? [index, value] : [value, index]);
      const [from, to] = [point(api.value(1)), point(api.value(2))];
      const across = 6;
      const [dx, dy] = data.upright ? [across, 0] : [0, across];
      const line = (a, b) => ({ type: 'line', shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: { stroke: look.ink, lineWidth: 1.5 } });
      return {
        type: 'group', silent: true,
        children: [line(from, to), ...[from, to].map(at => line([at[0] - dx, at[1] - dy], [at[0] + dx, at[1] + dy]))],
      };
    };
    series.push({
      name: data.range, type: 'custom', renderItem: stroke, color: look.ink, z: 5, clip: true, tooltip: { show: false },
      encode: data.upright ? { x: 0, y: [1, 2] } : { y: 0, x: [1, 2] },
      data: data.ranges.map((range, index) => [index, ...(range ?? [])]).filter(range => range.length === 3 && range[1] !== range[2]),
    });
  }

  return {
    grid: { left: data.upright ? 64 : 8, right: 24, top: head(element, 44), bottom: data.upright ? 32 : 40, containLabel: !data.upright },
    legend: { top: 0, left: 0, textStyle: { color: look.ink }, selectedMode: false },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: data.upright ? names : numbers,
    yAxis: data.upright ? numbers : names,
    series,
  };
});
