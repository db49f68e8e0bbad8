// A window that walks over a picture, step by step: what it multiplies and adds, with real numbers.

import { button, h, replace } from './dom.js';
import * as format from './format.js';
import { colorTile, heatMap, viridis } from './heat.js';
import { t } from './text.js';

/** A side of a window beyond which its cells show colours alone. */
const largestWithNumbers = 5;
const stillness = matchMedia('(prefers-reduced-motion: reduce)');

/**
 * Positions that it has been at are filled in.
 *
 * @param planes the input, C × H × W numbers.
 * @param filter C × h × w numbers; null where a window is pooled.
 * @param window `{kernel: [h, w], stride: [y, x], padding: [top, left], output: [h, w], kind, hasBias}`; the kind is
 *   `convolution`, `max` or `average`.
 * @param names of the input's channels.
 */
export function windowGrid({ planes, filter, window: walk, names }) {
  const [rows, columns] = walk.output;
  const [height, width] = [planes[0].length, planes[0][0].length];
  const output = computed();
  const [least, most] = extremes(output);
  const whole = heatMap(output, least, most);
  let [row, column] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  let timer = null;

  const inputTile = colorTile(planes.length >= 3 ? planes.slice(0, 3) : planes, ...extremes(planes.flat()));
  const frame = h('rect', { class: 'field', 'vector-effect': 'non-scaling-stroke' });
  const place = h('rect', { class: 'field', 'vector-effect': 'non-scaling-stroke', width: 1, height: 1 });
  const filled = h('canvas', { width: columns, height: rows });
  const cells = h('div', { class: 'window-cells' });
  const sum = h('p', { class: 'window-sum', 'aria-live': 'polite' });
  const play = stillness.matches ? null : button(t('grid.play'), () => (timer ? pause() : start()));
  const element = h('div', { class: 'window-grid', role: 'group', tabindex: 0, 'aria-label': t('grid.label'),
    onkeydown: keyed },
    h('div', { class: 'window-maps' },
      map(t('grid.input'), inputTile, width, height, frame, (x, y) => jump(
        (y + walk.padding[0]) / walk.stride[0], (x + walk.padding[1]) / walk.stride[1], true)),
      map(t('grid.output'), filled, columns, rows, place, (x, y) => jump(y, x))),
    cells, sum,
    h('div', { class: 'row' }, button('←', () => step(0, -1), { 'aria-label': t('grid.left') }),
      button('→', () => step(0, 1), { 'aria-label': t('grid.right') }),
      button('↑', () => step(-1, 0), { 'aria-label': t('grid.up') }),
      button('↓', () => step(1, 0), { 'aria-label': t('grid.down') }), play,
      button(t('grid.fill'), fill), h('span', { class: 'small quiet' }, t('grid.keys'))));
  show();
  return { element, stop: pause, output, position: () => [row, column] };

  function map(name, canvas, mapWidth, mapHeight, mark, onPoint) {
    const drawingOf = h('svg', { viewBox: `0 0 ${mapWidth} ${mapHeight}`, 'aria-hidden': 'true' }, mark);
    const box = h('div', { class: 'window-map', onclick: (event) => {
      const area = drawingOf.getBoundingClientRect();
      onPoint((event.clientX - area.left) / area.width * mapWidth,
        (event.clientY - area.top) / area.height * mapHeight);
    } }, canvas, drawingOf);
    box.style.aspectRatio = `${mapWidth} / ${mapHeight}`;
    return h('figure', {}, box, h('figcaption', {}, `${name}, ${mapHeight} × ${mapWidth}`));
  }

  /** Where the middle of the window is to be, or the position itself. */
  function jump(y, x, isMiddle = false) {
    const shift = [0, 1].map((axis) => (isMiddle ? (walk.kernel[axis] - 1) / 2 / walk.stride[axis] : 0.5));
    [row, column] = [clamp(Math.round(y - shift[0]), rows), clamp(Math.round(x - shift[1]), columns)];
    pause();
    show();
  }

  function keyed(event) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    if (!move || event.target.closest('button')) return;
    event.preventDefault();
    step(...move);
  }

  function step(down, right) {
    pause();
    [row, column] = [clamp(row + down, rows), clamp(column + right, columns)];
    show();
  }

  function start() {
    play.textContent = t('grid.pause');
    timer = setInterval(() => {
      column += 1;
      if (column >= columns) [row, column] = [(row + 1) % rows, 0];
      show(false);
    }, 120);
  }

  function pause() {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    play.textContent = t('grid.play');
    show();
  }

  function fill() {
    pause();
    filled.getContext('2d').drawImage(whole, 0, 0);
  }

  function show(isTold = true) {
    const [top, left] = [row * walk.stride[0] - walk.padding[0], column * walk.stride[1] - walk.padding[1]];
    const [height, width] = walk.kernel;
    for (const [name, value] of Object.entries({ x: left, y: top, width, height })) frame.setAttribute(name, value);
    place.setAttribute('x', column);
    place.setAttribute('y', row);
    filled.getContext('2d').drawImage(whole, column, row, 1, 1, column, row, 1, 1);
    replace(cells, planes.map((plane, channel) => channelCells(plane, channel, top, left)));
    cells.className = `window-cells ${Math.max(...walk.kernel) > largestWithNumbers ? 'tight' : ''}`;
    if (isTold) sum.textContent = sentence(top, left);
  }

  /** The window's values, and where there is a filter, its weights and the products. */
  function channelCells(plane, channel, top, left) {
    const values = taken(plane, top, left);
    const [low, high] = extremes([values.flat()]);
    const parts = [matrix(values, low, high, t('grid.values', { channel: names[channel] ?? channel }))];
    if (filter) {
      const weights = filter[channel];
      const reach = Math.max(...weights.flat().map(Math.abs));
      const products = values.map((line, y) => line.map((value, x) => value * weights[y][x]));
      const extent = Math.max(...products.flat().map(Math.abs), 1e-9);
      parts.push(h('span', { class: 'sign' }, '×'), matrix(weights, -reach, reach, t('grid.weights')),
        h('span', { class: 'sign' }, '='), matrix(products, -extent, extent, t('grid.products')));
    }
    return h('div', { class: 'window-channel' }, parts);
  }

  function matrix(values, low, high, name) {
    const hasNumbers = Math.max(...walk.kernel) <= largestWithNumbers;
    const box = h('div', { class: 'matrix', role: 'img',
      'aria-label': `${name}: ${values.map((line) => line.map(format.value).join(' ')).join('; ')}` },
      values.flat().map((value) => {
        const color = viridis((value - low) / (high - low || 1));
        const text = hasNumbers ? format.decimal(value, Math.abs(value) < 10 ? 2 : 1) : '';
        const cell = h('span', { title: format.value(value) }, text);
        cell.style.background = `rgb(${color.join(' ')})`;
        cell.style.color = 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2] > 110 ? '#000' : '#fff';
        return cell;
      }));
    box.style.setProperty('--columns', walk.kernel[1]);
    return h('figure', {}, box, h('figcaption', {}, name));
  }

  function sentence(top, left) {
    const value = output[row][column];
    const position = t('grid.position', { row, column });
    if (walk.kind !== 'convolution') return `${position} ${t(`grid.${walk.kind}`, { value: format.value(value) })}`;
    const sums = planes.map((plane, channel) => product(plane, channel, top, left));
    const terms = sums.map((number) => format.value(number)).join(' + ').replaceAll('+ -', '− ');
    return `${position} ${terms} = ${format.value(value)}${walk.hasBias ? ` (${t('grid.noBias')})` : ''}`;
  }

  /** Zeros stand for what lies outside; a maximum is taken of what is inside. */
  function taken(plane, top, left) {
    return Array.from({ length: walk.kernel[0] },
      (_, y) => Array.from({ length: walk.kernel[1] }, (_, x) => plane[top + y]?.[left + x] ?? 0));
  }

  function product(plane, channel, top, left) {
    let total = 0;
    for (let y = 0; y < walk.kernel[0]; y += 1) {
      const line = plane[top + y];
      if (line) for (let x = 0; x < walk.kernel[1]; x += 1) total += (line[left + x] ?? 0) * filter[channel][y][x];
    }
    return total;
  }

  function computed() {
    return Array.from({ length: rows }, (_, y) => Array.from({ length: columns }, (_, x) => {
      const [top, left] = [y * walk.stride[0] - walk.padding[0], x * walk.stride[1] - walk.padding[1]];
      if (walk.kind === 'convolution') {
        return planes.reduce((total, plane, channel) => total + product(plane, channel, top, left), 0);
      }
      const lines = planes[0].slice(Math.max(top, 0), top + walk.kernel[0]);
      const inside = lines.flatMap((line) => line.slice(Math.max(left, 0), left + walk.kernel[1]));
      if (walk.kind === 'max') return Math.max(...inside);
      return inside.reduce((total, value) => total + value, 0) / (walk.kernel[0] * walk.kernel[1]);
    }));
  }
}

function clamp(value, length) { return Math.min(Math.max(value, 0), length - 1); }

function extremes(rows) {
  let [least, most] = [Infinity, -Infinity];
  for (const row of rows) for (const value of row) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}
