// The card of one layer: what it does, what it costs, what it has learned, what it makes of the photo.

import * as api from './api.js';
import { button, h, replace, settled, skeleton } from './dom.js';
import * as format from './format.js';
import { colorTile, heatMap, scale } from './heat.js';
import { photo, posted, sampleButtons } from './photo.js';
import { stage } from './stage.js';
import { go } from './state.js';
import { has, t } from './text.js';

export function layerCard(card, app, network, layer, signal) {
  const sections = [header(network, layer), arithmetic(layer), figures(layer)];
  replace(card, sections);
  if (network.isLoaded) {
    if (layer.operator === 'convolution' && api.can('GET /v1/models/{model}/filters')) card.append(filters());
    const isMap = layer.output_shape.length === 3;
    if (isMap && api.can('POST /v1/models/{model}/activations')) card.append(maps());
    if (isMap && api.can('POST /v1/models/{model}/receptive-field')) card.append(field());
  }

  function filters() {
    const place = h('div', {}, skeleton(160));
    app.attempt(place, signal, async () => showFilters(place,
      await api.json(`${network.base}/filters`, { query: { layer: layer.name, count: filterCount(layer) }, signal })));
    return h('section', { class: 'filters' }, h('h2', {}, t('layer.filters')), place);
  }

  function maps() {
    const place = h('div', {}, skeleton(160));
    if (photo()) {
      app.attempt(place, signal, async () => showMaps(place, await api.json(`${network.base}/activations`, {
        ...posted(), query: { layer: layer.name, top: 16 }, signal,
      })));
    } else {
      replace(place, h('p', { class: 'quiet' }, t('layer.needsPhoto')), h('div', { class: 'row' }, sampleButtons()));
    }
    return h('section', { class: 'maps' }, h('h2', {}, t('layer.maps')), place);
  }

  function field() {
    const place = h('div', {});
    if (photo()) showField(place, app, network, layer, signal);
    else replace(place, h('p', { class: 'quiet' }, t('layer.needsPhoto')));
    return h('section', { class: 'receptive' }, h('h2', {}, t('layer.field')), place);
  }
}

/** How many filters are asked for: of deep layers each is large. */
function filterCount({ weights, output_shape: [filters] }) {
  return Math.min(64, Math.max(4, Math.floor(65536 / (weights / filters))));
}

function header(network, layer) {
  const node = network.folded.nodes.find(({ layers }) => layers.includes(layer.name));
  const others = node && node.layers.length > 1 ? h('label', { class: 'row' },
    h('span', { class: 'quiet small' }, t('layer.inBlock', { block: node.label })), h('select', {
    id: 'layer-of-block', onchange: (event) => go({ layer: event.target.value }),
  }, node.layers.map((name) => h('option', { value: name, selected: name === layer.name }, name)))) : null;
  const operator = `operator.${layer.operator}`;
  return h('header', { class: 'card-header' }, h('div', { class: 'row spread' }, h('h1', {}, layer.name),
    button(t('layer.close'), () => go({ layer: '' }), { class: 'plain' })), others,
  h('p', {}, h('strong', {}, operatorName(layer.operator)), has(operator)
    ? h('span', { class: 'quiet' }, ` — ${t(operator)}`) : null));
}

/** How people write an operator; one that is new here goes by the name that the server gives it. */
export function operatorName(operator) {
  return has(`operatorName.${operator}`) ? t(`operatorName.${operator}`) : operator.replaceAll('_', ' ');
}

/** The formulas, filled in. */
function arithmetic(layer) {
  const lines = [[t('layer.shape'),
    `${layer.input_shapes.map(format.shape).join(' , ')} → ${format.shape(layer.output_shape)}`]];
  const size = outputSize(layer);
  if (size) lines.push([t('layer.outputSize'), size]);
  const { parameters, macs } = products(layer);
  if (parameters) lines.push([t('layer.parametersOf'), `${parameters} = ${format.count(layer.parameters)}`]);
  if (macs) lines.push([t('layer.macsOf'), `${macs} = ${format.count(layer.macs)}`]);
  return h('dl', { class: 'formulas' }, lines.map(([name, text]) =>
    [h('dt', {}, name), h('dd', { class: 'number' }, text)]));
}

function outputSize(layer) {
  if (!layer.kernel || layer.output_shape.length !== 3) return null;
  const [top, left, bottom, right] = layer.padding ?? [0, 0, 0, 0];
  const side = (axis, before, after) => {
    const [kernel, stride, dilation] = [layer.kernel[axis], layer.stride[axis], layer.dilation?.[axis] ?? 1];
    const reach = dilation === 1 ? `${kernel}` : `(${dilation} · (${kernel} − 1) + 1)`;
    const [input, output] = [layer.input_shapes[0][axis + 1], layer.output_shape[axis + 1]];
    return `⌊(${input} + ${before + after} − ${reach}) / ${stride}⌋ + 1 = ${output}`;
  };
  const [rows, columns] = [side(0, top, bottom), side(1, left, right)];
  return rows === columns ? rows : `${rows} ; ${columns}`;
}

function products(layer) {
  const [input] = layer.input_shapes;
  const biases = layer.biases ? ` + ${format.count(layer.biases)}` : '';
  if (layer.operator === 'convolution') {
    const taps = `${input[0] / (layer.groups ?? 1)} · ${layer.kernel.join(' · ')}`;
    const [filters, height, width] = layer.output_shape;
    return { parameters: `${filters} · (${taps})${biases}`, macs: `${height} · ${width} · ${filters} · (${taps})` };
  }
  if (layer.operator === 'fully_connected') {
    const product = `${layer.output_shape.at(-1)} · ${input.at(-1)}`;
    return { parameters: product + biases, macs: product };
  }
  return {};
}

function figures(layer) {
  const field = layer.receptive_field;
  return h('dl', { class: 'tiles' }, [
    ['parameters', format.count(layer.parameters ?? 0)], ['macs', format.count(layer.macs ?? 0)],
    ['activation_bytes', format.bytes(layer.activation_bytes ?? 0)],
      ['weight_bytes', format.bytes(layer.weight_bytes ?? 0)],
    ...(field ? [['field', format.shape(field.size)], ['jump', format.shape(field.jump)]] : []),
  ].map(([name, text]) => h('div', {}, h('dt', {}, t(`figure.${name}`)),
    h('dd', { class: 'number', 'data-figure': name }, text))));
}

function tile(canvas, name) { return h('figure', { class: 'tile' }, canvas, h('figcaption', {}, name)); }

function showFilters(place, { filters, kind, shape, channel_order: order }) {
  const least = Math.min(...filters.map(({ minimum }) => minimum));
  const most = Math.max(...filters.map(({ maximum }) => maximum));
  const isColor = kind === 'color';
  const tiles = filters.map((filter) => {
    const canvas = isColor ? colorTile(order === 'bgr' ? filter.values.toReversed() : filter.values, filter.minimum,
      filter.maximum) : heatMap(slice(filter.values), least, most);
    return tile(canvas, `${filter.index}`);
  });
  replace(place, h('p', { class: 'row small quiet' }, t(isColor ? 'layer.colorFilters' : 'layer.sliceFilters', {
    count: format.count(shape[0]), shown: format.count(filters.length), shape: format.shape(shape.slice(1)),
  }), isColor ? null : scale(least, most)), h('div', { class: 'tiles-grid' }, tiles));
}

/** The first plane, where a filter comes with all of them. */
function slice(values) { return Array.isArray(values[0][0]) ? values[0] : values; }

function showMaps(place, { channels, shape }) {
  const least = Math.min(...channels.map(({ minimum }) => minimum));
  const most = Math.max(...channels.map(({ maximum }) => maximum));
  replace(place, h('p', { class: 'row small quiet' }, t('layer.strongest', {
    shown: format.count(channels.length), count: format.count(shape[0]), shape: format.shape(shape.slice(1)),
  }), scale(least, most)), h('div', { class: 'tiles-grid' }, channels.map((channel) => tile(
    heatMap(channel.values, least, most), t('layer.channel', { index: channel.index,
      mean: format.value(channel.mean) })))));
}

/** A unit's field over the photo. A click moves to the unit whose field is nearest; so do the numbers. */
function showField(place, app, network, layer, signal) {
  const view = stage();
  const [, rows, columns] = layer.output_shape;
  const box = h('div', { class: 'stage small-stage' }, view.element);
  const note = h('div', { class: 'small', 'aria-live': 'polite' });
  const counts = h('input', { type: 'checkbox', id: 'field-effective', onchange: () => load() });
  const near = h('input', { type: 'checkbox', id: 'field-near', onchange: () => approach() });
  const row = number('row', rows);
  const column = number('column', columns);
  let geometry = null;
  view.show();
  box.addEventListener('click', (event) => {
    const frame = box.querySelector('svg');
    if (!frame || !geometry) return;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(frame.getScreenCTM().inverse());
    row.input.value = nearest(point.y, geometry.first[0], geometry.step[0], rows);
    column.input.value = nearest(point.x, geometry.first[1], geometry.step[1], columns);
    load();
  });
  replace(place, h('div', { class: 'row' }, row.element, column.element,
    h('label', { class: 'check' }, counts, t('layer.effective')),
    h('label', { class: 'check' }, near, t('layer.near'))), box, note);
  const later = settled(120, load);
  load();

  function number(name, count) {
    const input = h('input', { type: 'number', min: 0, max: count - 1, value: Math.floor(count / 2),
      id: `field-${name}`, oninput: () => later() });
    return { input, element: h('label', {}, t(`layer.${name}`), ' ', input) };
  }

  async function load() {
    await app.attempt(note, signal, async () => {
      const query = { layer: layer.name, row: row.input.value, column: column.input.value, effective: counts.checked
        ? 'true' : '' };
      const answer = await api.json(`${network.base}/receptive-field`, { ...posted(), query, signal });
      const area = answer.photo_field;
      const counted = answer.map && { map: answer.map, maximum: answer.maximum, crop: answer.crop.photo_region };
      view.field(area, t('layer.fieldLabel', { row: query.row, column: query.column }), counted);
      geometry = steps(answer, area);
      approach();
      replace(note, t('layer.fieldNote', { size: format.shape(answer.size), jump: format.shape(answer.jump) }),
        answer.share_inside === undefined
        ? null : h('p', {}, t('layer.shareInside', { share: format.percent(answer.share_inside) }), ' ',
          t('layer.rootScale'), ' ', scale(0, answer.maximum)));
    });
  }

  /** The field large in the middle, or the whole photo. */
  function approach() {
    if (geometry) view.approach(near.checked ? geometry.area : null);
  }

  /** Where the middle of the first unit's field is in the photo, and how far the next is from it. */
  function steps(answer, area) {
    const middle = [(area.top + area.bottom) / 2, (area.left + area.right) / 2];
    const perPixel = [(area.bottom - area.top) / answer.size[0], (area.right - area.left) / answer.size[1]];
    const step = answer.jump.map((jump, axis) => jump * perPixel[axis]);
    return { area, step, first: [middle[0] - row.input.value * step[0], middle[1] - column.input.value * step[1]] };
  }
}

function nearest(point, first, step, count) { return Math.min(Math.max(Math.round((point - first) / step), 0),
  count - 1); }
