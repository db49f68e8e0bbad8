// Lines over time, drawn as they come.

import { h } from './dom.js';

const [width, height] = [320, 96];

/**
 * Lines over their index; those of `null` have gaps.
 *
 * @param series `[{name, values, className}]`
 * @param format makes the text of the greatest and least value.
 */
export function lines(series, { name, format, least, most, count }) {
  const all = series.flatMap(({ values }) => values).filter((value) => value !== null && value !== undefined);
  const low = least ?? Math.min(...all, 0);
  const high = Math.max(most ?? Math.max(...all, low), low + 1e-9);
  const longest = count ?? Math.max(...series.map(({ values }) => values.length), 2);
  const x = (index) => index / Math.max(longest - 1, 1) * width;
  const y = (value) => height - (value - low) / (high - low) * height;
  const last = series.map(({ name: label, values }) => `${label ?? name} ${format(values.at(-1) ?? 0)}`).join(', ');
  return h('figure', { class: 'chart' },
    h('svg', { viewBox: `-1 -3 ${width + 2} ${height + 6}`, role: 'img', 'aria-label': `${name}: ${last}`,
      preserveAspectRatio: 'none' },
      h('line', { x1: 0, x2: width, y1: height, y2: height, class: 'axis' }),
      series.map(({ values, className }) => h('path', {
        class: `line ${className ?? ''}`, 'vector-effect': 'non-scaling-stroke', d: path(values),
      }))),
    h('figcaption', {}, h('span', {}, name), series.length > 1 && h('span', { class: 'key' }, series.map(
      ({ name: label, className }) => h('span', { class: className || 'first-line' }, label))), h('span', { class: 'number' }, `${format(low)} – ${format(high)}`)));

  function path(values) {
    let isDown = false;
    return values.map((value, index) => {
      if (value === null || value === undefined) {
        isDown = false;
        return '';
      }
      const point = `${isDown ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      isDown = true;
      return point;
    }).join('');
  }
}
