// Where a network's costs are along its depth: a strip of bars for each quantity, a bar for each layer. Letters stand
// beside the drawing and not in it, so that they have their size however wide it is.

import { h } from './dom.js';
import * as format from './format.js';
import { operatorName } from './layer.js';
import { t } from './text.js';

/** The quantities, how each is read and written in short and in full. */
const quantities = [
  { name: 'activation_bytes', short: format.bytes, full: (value) => `${format.count(value)} ${t('unit.bytes')}` },
  { name: 'parameters', short: format.short, full: format.count },
  { name: 'macs', short: format.short, full: format.count },
  { name: 'milliseconds', short: format.milliseconds, full: (value) => `${format.decimal(value, 3)} ms` },
];
const kinds = ['convolution', 'fully_connected', 'other'];
const height = 88;

/** One or two networks: `{name, profile, onLayer}`; what `onLayer` gives for a layer's name is called at a click. */
export function profiles(networks) {
  return h('div', {},
    h('p', { class: 'row small quiet profile-kinds' }, kinds.map((kind) => h('span', { class: 'row' },
      h('span', { class: `swatch bar-${kind}`, 'aria-hidden': 'true' }), t(`profile.${kind}`)))),
    h('div', { class: 'profile-columns' }, networks.map(column)));
}

function kindOf({ operator }) { return kinds.includes(operator) ? operator : 'other'; }

function column({ name, profile, onLayer }) {
  const there = quantities.filter((quantity) => quantity.name !== 'milliseconds'
    || profile.layers.some((layer) => layer.milliseconds !== undefined));
  return h('section', { class: 'profile-column', 'data-profile': name }, h('h3', {}, name),
    h('p', { class: 'small quiet' }, t('profile.what', { layers: format.count(profile.layers.length),
      input: format.shape(profile.input_shape) })),
    there.map((quantity) => strip(quantity, profile.layers, onLayer)));
}

function strip({ name, short, full }, layers, onLayer) {
  const values = layers.map((layer) => layer[name] ?? 0);
  const most = Math.max(...values);
  const all = values.reduce((sum, value) => sum + value, 0);
  const largest = layers[values.indexOf(most)];
  const title = t(`profile.${name}`);
  return h('figure', { class: 'profile-strip', 'data-quantity': name },
    h('figcaption', {}, h('strong', {}, title), h('span', { class: 'number' },
      t('profile.all', { all: short(all), most: short(most) }))),
    h('svg', { viewBox: `0 0 ${layers.length} ${height}`, preserveAspectRatio: 'none', role: 'img',
      'aria-label': t('profile.label', { title, all: short(all), layer: largest.name, most: short(most) }) },
      h('line', { x1: 0, x2: layers.length, y1: height, y2: height, class: 'axis' }),
      layers.map((layer, index) => bar(layer, index, most > 0 ? values[index] / most : 0,
        `${layer.name} (${operatorName(layer.operator)}): ${full(values[index])}`, onLayer?.(layer.name)))));
}

/** What is there is seen, however little it is; all of the height answers the pointer. */
function bar(layer, index, share, note, onclick) {
  const tall = share > 0 ? Math.max(1, share * height) : 0;
  const kind = kindOf(layer);
  return h('g', { class: onclick ? 'pressed' : '', onclick, 'data-layer': layer.name }, h('title', {}, note),
    h('rect', { x: index, y: 0, width: 1, height, class: 'reach' }),
    h('rect', { x: index + 0.1, y: height - tall, width: 0.8, height: tall, class: `bar-${kind}` }));
}
