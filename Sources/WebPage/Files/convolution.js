// Convolution: the arithmetic of one layer, two settings side by side, and a window that walks over a photo.

import * as api from './api.js';
import { button, h, replace, settled, skeleton } from './dom.js';
import * as format from './format.js';
import { windowGrid } from './grid.js';
import { networkInput } from './input.js';
import { onPhoto, photo, sampleButtons } from './photo.js';
import { go, state } from './state.js';
import { own, t } from './text.js';

const kinds = {
  convolution: { path: 'v1/convolution', fields: ['input', 'filters', 'kernel', 'stride', 'padding', 'dilation',
    'groups'] },
  max: { path: 'v1/pooling', fields: ['input', 'kernel', 'stride', 'padding'], query: { kind: 'max' } },
  average: { path: 'v1/pooling', fields: ['input', 'kernel', 'stride', 'padding'], query: { kind: 'average' } },
};
const standard = {
  a: 'convolution?input=3x227x227&filters=96&kernel=11&stride=4&padding=0',
  b: 'convolution?input=3x224x224&filters=64&kernel=3&stride=1&padding=1',
};
/** Rows of the comparison: members of answers, and how they are shown. */
const rows = [
  ['output_shape', format.shape], ['weights', format.count], ['biases', format.count], ['parameters', format.count],
  ['macs', format.count], ['operations', format.count], ['activation_bytes', format.bytes],
  ['locally_connected_parameters', format.count], ['dense_parameters', format.count], ['dense_macs', format.count],
  ['padding_saves', (saved) => t('result.saved', {
    positions: format.count(saved.positions), share: format.percent(saved.share),
      corner: format.count(saved.windows_at_corner),
    without: format.count(saved.windows_at_corner_without),
  })],
];
/** The same of a whole side of one of the lecture's comparisons. */
const totals = [
  ['output_shape', format.shape], ['parameters', format.count], ['macs', format.count],
    ['activation_bytes', format.bytes],
  ['receptive_field', (field) => format.shape(field.size)],
];

export function mount(root, app) {
  const presets = h('select', { id: 'preset', onchange: () => go({ preset: presets.value }) },
    h('option', { value: '' }, t('convolution.own')));
  const forms = h('div', { class: 'sides' });
  const results = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('convolution.results') },
    skeleton(440));
  const walk = h('section', { class: 'walk' }, skeleton(520));
  let asking = new AbortController();
  let walking = new AbortController();
  let comparisons = [];
  let grid = null;

  replace(root, h('h1', {}, t('convolution.title')), h('p', { class: 'quiet' }, t('convolution.what')),
    h('p', {}, h('label', { for: 'preset' }, t('convolution.presets')), ' ', presets), forms, results,
    h('h2', {}, t('grid.title')), walk);
  // Half a number is none: what is typed is asked for when the hands rest, or the field is left.
  const calculate = settled(600, load);
  const release = onPhoto(() => showWalk());
  showSettings();
  loadPresets();
  showWalk();
  return {
    update: (before) => {
      if ((before.preset ?? '') !== state.preset) showSettings();
      else if (['a', 'b'].some((side) => (before[side] ?? '') !== state[side])) calculate();
      if (['model', 'filter', 'walk'].some((name) => (before[name] ?? '') !== state[name])) showWalk();
    },
    unmount: () => {
      asking.abort();
      walking.abort();
      grid?.stop();
      release();
    },
  };

  function setting(side) {
    const [kind, query] = (state[side] || standard[side]).split('?');
    return { kind: kind in kinds ? kind : 'convolution', members: new URLSearchParams(query) };
  }

  function change(side, kind, members) { go({ [side]: `${kind}?${members}` }, { quietly: true }); }

  function showForms() {
    replace(forms, ['a', 'b'].map((side) => {
      const { kind, members } = setting(side);
      const field = (name) => h('label', {}, t(`setting.${name}`), h('input', name === 'input' ? {
        type: 'text', value: members.get(name) ?? '', pattern: '\\d+x\\d+x\\d+', size: 11, 'data-setting': name,
      } : {
        type: 'number', min: name === 'padding' ? 0 : 1, value: members.get(name) ?? (name === 'padding' ? 0 : 1),
          'data-setting': name,
      }));
      const select = h('select', { 'aria-label': t('setting.kind'), onchange: () => {
        change(side, select.value, members);
        showForms();
      } }, Object.keys(kinds).map((name) => h('option', { value: name, selected: name === kind }, t(`walk.${name}`))));
      return h('fieldset', { class: 'side', 'data-side': side, oninput: (event) => {
        if (event.target === select) return;
        members.set(event.target.dataset.setting, event.target.value);
        change(side, kind, members);
      }, onchange: (event) => { if (event.target !== select) calculate.now(); } }, h('legend', {}, t(`convolution.${side}`), ' ', select),
        h('div', { class: 'fields' }, kinds[kind].fields.map(field)));
    }));
  }

  async function load() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    await app.attempt(results, signal, async () => {
      const answers = await Promise.all(['a', 'b'].map((side) => result(setting(side), signal)));
      showResults(answers);
    });
  }

  async function result({ kind, members }, signal) {
    const query = Object.fromEntries(kinds[kind].fields.filter((name) => members.get(name)).map((name) =>
      [name, members.get(name)]));
    return api.json(kinds[kind].path, { query: { ...query, ...kinds[kind].query }, signal });
  }

  function showResults(answers) {
    replace(results, h('table', { class: 'results-table' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('convolution.results')),
        ['a', 'b'].map((side) => h('th', { scope: 'col', class: 'number' }, t(`convolution.${side}`))))),
      h('tbody', {},
        h('tr', {}, h('th', { scope: 'row' }, t('result.formula')),
          answers.map((answer) => h('td', { class: 'number formula' }, answer.formula))),
        rows.filter(([name]) => answers.some((answer) => answer[name] !== undefined)).map(([name, show]) =>
          h('tr', {}, h('th', { scope: 'row' }, t(`result.${name}`)), answers.map((answer) => h('td', {
          class: 'number wrapped', 'data-result': name,
        }, answer[name] === undefined ? '–' : show(answer[name]))))))));
  }

  async function loadPresets() {
    if (!api.can('GET /v1/convolution/comparisons')) return;
    const answer = await api.json('v1/convolution/comparisons').catch(() => []);
    comparisons = answer.comparisons ?? answer;
    presets.append(...comparisons.map((comparison) => h('option', { value: comparison.id }, own(comparison.title))));
    if (state.preset) showSettings();
  }

  /** One of the lecture's comparisons, or the settings that somebody fills in. */
  function showSettings() {
    presets.value = state.preset;
    const comparison = comparisons.find(({ id }) => id === state.preset);
    if (comparison) showComparison(comparison);
    else {
      showForms();
      load();
    }
  }

  function showComparison({ remark, settings }) {
    asking.abort();
    replace(forms, h('div', {}, h('p', {}, own(remark)), button(t('convolution.change'), () => {
      const [a, b] = settings.map(ownSetting);
      go({ preset: '', a, b });
    })));
    replace(results, h('table', { class: 'results-table' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('convolution.results')),
        settings.map((side) => h('th', { scope: 'col', class: 'number' }, own(side.label))))),
      h('tbody', {},
        h('tr', {}, h('th', { scope: 'row' }, t('result.formula')),
          settings.map((side) => h('td', { class: 'number formula' },
          side.layers.map((layer) => h('div', {}, layer.result.formula))))),
        totals.map(([name, show]) => h('tr', {}, h('th', { scope: 'row' }, t(`result.${name}`)),
          settings.map((side) => h('td', {
          class: 'number', 'data-result': name,
        }, show(side.totals[name]))))))));
  }

  function ownSetting({ operation, query }) {
    const members = new URLSearchParams(query);
    const kind = operation === 'convolution' ? 'convolution' : members.get('kind') ?? 'max';
    return `${kind}?${members}`;
  }

  // MARK: The walk

  async function showWalk() {
    grid?.stop();
    walking.abort();
    walking = new AbortController();
    const model = app.model();
    if (!photo()) {
      replace(walk, h('p', {}, t('grid.needsPhoto')), h('div', { class: 'row' }, sampleButtons()));
      return;
    }
    if (!model || !api.can('GET /v1/models/{model}/filters') || !api.can('POST /v1/models/{model}/input')) {
      replace(walk, h('p', {}, t('grid.needsModel')));
      return;
    }
    replace(walk, skeleton(520));
    const { signal } = walking;
    await app.attempt(walk, signal, async () => {
      const path = `v1/models/${encodeURIComponent(model.name)}`;
      const [input, filters, summary] = await Promise.all([
        networkInput(model.name), api.json(`${path}/filters`, { query: { from: state.filter || 0, count: 1 }, signal }),
        api.json(`${path}/summary`, { signal }),
      ]);
      const layer = summary.layers.find(({ name }) => name === filters.layer);
      drawWalk(input, filters, layer);
    });
  }

  function drawWalk(input, filters, layer) {
    const [count] = filters.shape;
    const [filter] = filters.filters;
    const kind = ['max', 'average'].includes(state.walk) ? state.walk : 'convolution';
    const isPooled = kind !== 'convolution';
    const size = [input[0].length, input[0][0].length];
    const window_ = isPooled
      ? { kernel: [2, 2], stride: [2, 2], padding: [0, 0], output: size.map((side) => Math.floor(side / 2)), kind }
      : { kernel: layer.kernel, stride: layer.stride, padding: layer.padding, output: layer.output_shape.slice(1), kind,
        hasBias: layer.biases > 0 };
    grid = windowGrid({
      planes: isPooled ? input.slice(0, 1) : input, filter: isPooled ? null : filter.values,
      window: window_, names: input.length === 1
        ? [t('channel.grey')] : ['red', 'green', 'blue'].map((name) => t(`channel.${name}`)),
    });
    replace(walk, h('div', { class: 'row' },
      ['convolution', 'max', 'average'].map((name) => button(t(`walk.${name}`), () => go({
        walk: name === 'convolution' ? '' : name,
      }, { quietly: true }), { class: 'chip', 'aria-pressed': String(name === kind) })),
      !isPooled && h('label', {}, t('grid.filter', { layer: layer.name }), ' ', h('input', {
        type: 'number', min: 0, max: count - 1, value: filter.index, id: 'filter',
        onchange: (event) => go({ filter: Math.min(Math.max(Math.trunc(event.target.value) || 0, 0), count - 1) },
          { quietly: true }),
      }), ' ', h('span', { class: 'quiet small' }, t('grid.of', { count: format.count(count - 1) })))), grid.element);
  }
}
