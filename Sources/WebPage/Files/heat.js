// Maps of numbers as pictures, in viridis: equal steps look equal, also in grey and to those who see few colours
// (Smith and van der Walt, 2015).

import { h } from './dom.js';
import { value as shown } from './format.js';

const stops = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99],
  [170, 220, 50], [253, 231, 37],
];

/** The colour of a share from 0 to 1. */
export function viridis(share) {
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  return stops[index].map((low, channel) => Math.round(low + (stops[index + 1][channel] - low) * (place - index)));
}

/** A canvas with a pixel for each value of rows; `opacity` says how much of each is seen, by its share. */
export function heatMap(rows, least, most, opacity = () => 1) {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  const canvas = h('canvas', { width, height });
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(width, height);
  const span = most - least || 1;
  rows.forEach((row, y) => row.forEach((number, x) => {
    const share = (number - least) / span;
    pixels.data.set([...viridis(share), 255 * opacity(share)], (y * width + x) * 4);
  }));
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** A canvas with the colours of three planes of values, or the greys of one, between their extremes. */
export function colorTile(planes, least, most) {
  const [height, width] = [planes[0].length, planes[0][0].length];
  const canvas = h('canvas', { width, height });
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(width, height);
  const span = most - least || 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const color = [0, 1, 2].map((channel) => ((planes[channel] ?? planes[0])[y][x] - least) / span * 255);
      pixels.data.set([...color, 255], (y * width + x) * 4);
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** The scale that tells what the colours mean. */
export function scale(least, most) {
  const bar = h('canvas', { width: 64, height: 1, class: 'scale-bar' });
  const context = bar.getContext('2d');
  for (let x = 0; x < 64; x += 1) {
    context.fillStyle = `rgb(${viridis(x / 63).join(' ')})`;
    context.fillRect(x, 0, 1, 1);
  }
  return h('span', { class: 'scale' }, h('span', { class: 'number' }, shown(least)), bar,
    h('span', { class: 'number' }, shown(most)));
}
