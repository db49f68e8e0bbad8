// Compare: what accuracy costs in arithmetic and in parameters.

import * as api from './api.js';
import { button, drawing, h, replace, skeleton } from './dom.js';
import * as format from './format.js';
import { go, state } from './state.js';
import { language, t } from './text.js';

/** The columns: how each is read, shown, and whether its numbers stand on the right. */
const columns = [
  { name: 'name', read: (row) => row.name, show: (row) => row.name },
  { name: 'top1', read: (row) => row.published?.top1_error, show: (row) => error(row.published?.top1_error) },
  { name: 'top5', read: (row) => row.published?.top5_error, show: (row) => error(row.published?.top5_error) },
  { name: 'parameters', read: (row) => row.parameters, show: (row) => format.count(row.parameters) },
  { name: 'macs', read: (row) => row.macs, show: (row) => format.count(row.macs) },
  { name: 'activations', read: (row) => row.activation_bytes, show: (row) => format.bytes(row.activation_bytes) },
  { name: 'depth', read: (row) => row.depth, show: (row) => format.count(row.depth) },
];

function error(value) { return value === undefined ? '–' : `${format.decimal(value, 2)} %`; }

/** resnet50 and resnet18 are of one family: what a name begins with, before its first figure. */
function family(name) { return name.match(/^(wide_resnet|[a-z]+)/)?.[0] ?? name; }

export function mount(root, app) {
  const filters = h('fieldset', { class: 'families' });
  const plot = h('div', { class: 'plot', tabindex: 0, role: 'region', 'aria-label': t('compare.plot') }, skeleton(480));
  const table = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('compare.table') },
    skeleton(640));
  let controller = new AbortController();
  let networks = [];
  const families = [...new Set(published().map(family))];

  replace(root, h('h1', {}, t('compare.title')), h('p', { class: 'quiet' }, t('compare.what')), filters,
    h('div', { class: 'row views' }, ['accuracy', 'throughput'].map((name) => button(t(`compare.${name}`), () => go({
      plot: name === 'accuracy' ? '' : name,
    }, { quietly: true }), { class: 'chip', 'data-plot': name }))), plot,
    language() === 'ko' && h('p', { class: 'small quiet' }, t('drawing.english')), h('h2', {}, t('compare.table')), table);
  showFilters();
  load();
  return {
    update: (before) => {
      if (before.families !== (state.families || undefined) || before.plot !== (state.plot || undefined)) {
        showFilters();
        load();
      } else {
        showTable();
      }
    },
    unmount: () => controller.abort(),
  };

  function published() {
    return app.architectures().filter((architecture) => architecture.published?.length).map(({ name }) => name);
  }

  /** The families in the address that there are; all where it names none of them. */
  function wantedFamilies() { return state.families.split(',').filter((name) => families.includes(name)); }

  function chosen() {
    const wanted = wantedFamilies();
    return published().filter((name) => !wanted.length || wanted.includes(family(name)));
  }

  function showFilters() {
    const wanted = wantedFamilies();
    const lost = state.families.split(',').filter((name) => name && !families.includes(name));
    const focused = document.activeElement?.dataset?.family;
    const toggle = (name) => {
      const next = wanted.includes(name) ? wanted.filter((other) => other !== name) : [...wanted, name];
      go({ families: next.join(',') }, { quietly: true });
    };
    replace(filters, h('legend', { class: 'visually-hidden' }, t('compare.families')),
      lost.map((name) => h('p', { class: 'astray', role: 'status' }, t('astray.family', { name }))), h('div', { class: 'row' },
      chip(t('compare.all'), !wanted.length, '', () => go({ families: '' }, { quietly: true })),
      families.map((name) => chip(name, wanted.includes(name), name, () => toggle(name)))));
    if (focused !== undefined) filters.querySelector(`[data-family="${focused}"]`)?.focus();
    for (const view of root.querySelectorAll('[data-plot]')) {
      view.setAttribute('aria-pressed', String(view.dataset.plot === (state.plot || 'accuracy')));
    }
  }

  function chip(name, isOn, id, onclick) {
    return button(name, onclick, { class: 'chip', 'aria-pressed': String(isOn), 'data-family': id });
  }

  async function load() {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    const architectures = chosen().join(',');
    await Promise.all([
      app.attempt(table, signal, async () => {
        ({ networks } = await api.json('v1/compare', { query: { architectures }, signal }));
        showTable();
      }),
      app.attempt(plot, signal, async () => {
        const query = { ...plotQuery(architectures), format: 'svg' };
        replace(plot, drawing(await api.text('v1/compare', { query, signal })));
        mark('');
      }),
    ]);
  }

  /** The second plot is about this machine: its loaded models. */
  function plotQuery(architectures) {
    if (state.plot !== 'throughput') return { architectures };
    const models = app.models().filter((model) => model.state === 'ready').map(({ name }) => name).join(',');
    return { models, plot: 'throughput' };
  }

  function showTable() {
    const column = columns.find(({ name }) => name === state.sort) ?? columns[1];
    const direction = state.order === 'down' ? -1 : 1;
    const order = (row) => column.read(row) ?? (typeof column.read(networks[0]) === 'string' ? '' : Infinity);
    // Errors on different data cannot be compared: those on one set stand together, ImageNet's first.
    const isError = column.name.startsWith('top');
    const set = (row) => (isError ? (row.published?.dataset ?? '~').replace(/^ImageNet/, ' $&') : '');
    const rows = [...networks].sort((one, two) => {
      if (set(one) !== set(two)) return set(one) < set(two) ? -1 : 1;
      const [left, right] = [order(one), order(two)];
      return (left < right ? -1 : left > right ? 1 : 0) * direction;
    });
    const focused = document.activeElement?.dataset?.sort;
    replace(table, h('table', { class: 'networks' }, h('thead', {}, h('tr', {}, columns.map(({ name }) => h('th', {
      scope: 'col', class: name === 'name' ? '' : 'number',
      'aria-sort': name === column.name ? (direction > 0 ? 'ascending' : 'descending') : undefined,
    }, button(t(`compare.${name}`), () => go({
      sort: name, order: name === column.name && direction > 0 ? 'down' : '',
    }, { quietly: true }), { 'data-sort': name }))), h('th', { scope: 'col' }, t('compare.source')))),
    h('tbody', {}, rows.map((row) => h('tr', { 'data-network': row.name, onmouseenter: () => mark(row.name),
      onmouseleave: () => mark('') },
      columns.map((item) => h(item.name === 'name' ? 'th' : 'td', {
        class: item.name === 'name' ? '' : 'number', scope: item.name === 'name' ? 'row' : undefined,
          'data-column': item.name,
      }, item.name === 'name' ? h('a', { href: `./#network?architecture=${encodeURIComponent(row.name)}`,
        onclick: open }, row.name) : item.show(row))),
      h('td', { class: 'quiet' }, row.published ? `${row.published.dataset}: ${row.published.source}` : '–'))))));
    if (focused) table.querySelector(`[data-sort="${focused}"]`)?.focus();
  }

  function open(event) {
    event.preventDefault();
    go({ tab: 'network', architecture: event.currentTarget.textContent, layer: '' });
  }

  /** Shows which bubble a row is about. */
  function mark(name) {
    for (const bubble of plot.querySelectorAll('[data-network]')) {
      bubble.classList.toggle('marked', bubble.dataset.network === name);
    }
  }
}
