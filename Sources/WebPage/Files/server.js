// Server: what it does now, second by second, and its models.

import * as api from './api.js';
import { button, h, replace, skeleton } from './dom.js';
import * as format from './format.js';
import { lines } from './chart.js';
import { t } from './text.js';

/** Seconds that the charts look back on. */
const span = 120;

export function mount(root, app) {
  const tiles = h('dl', { class: 'tiles' });
  const charts = h('div', { class: 'charts' });
  const models = h('div', {}, skeleton(240));
  const message = h('p', { class: 'error', role: 'alert' });
  const controller = new AbortController();
  const history = [];
  const busy = new Set();
  let last = null;

  replace(root, h('h1', {}, t('server.title')), h('p', { class: 'quiet' }, t('server.what')), tiles, charts,
    h('div', { class: 'row spread' }, h('h2', {}, t('server.models')), api.can('POST /v1/models/reload')
      && button(t('server.reload'), () => change('', 'v1/models/reload'), { id: 'reload' })), message, models);
  showFigures();
  watch();
  return { unmount: () => controller.abort() };

  async function watch() {
    await app.attempt(tiles, controller.signal, () => api.events('v1/events', (name, event) => {
      if (name === 'load') show(event);
    }, { signal: controller.signal, endless: true }));
  }

  function show(event) {
    last = event;
    history.push(event);
    if (history.length > span) history.shift();
    showFigures();
    showModels();
  }

  /** Before the first event they have their places already. */
  function showFigures() {
    const { classifications = {}, requests = {}, models: list, connections_open: connections } = last ?? {};
    const waiting = list?.reduce((sum, model) => sum + (model.queue_length ?? 0), 0);
    const shown = (value, text) => (value === undefined ? '–' : text(value));
    const rate = (value) => `${format.decimal(value)} /s`;
    replace(tiles, [
      ['server.classifications', shown(classifications.per_second, rate)],
      ['server.p50', shown(classifications.p50_ms, format.milliseconds)],
        ['server.p99', shown(classifications.p99_ms, format.milliseconds)],
      ['server.requests', shown(requests.per_second, rate)],
      ['server.waiting', shown(waiting, format.count)], ['server.connections', shown(connections, format.count)],
    ].map(([name, text]) => h('div', {}, h('dt', {}, t(name)),
      h('dd', { class: 'number', 'data-figure': name }, text))));
    replace(charts,
      chart(t('server.latency'), [
        { name: 'p99', values: values((item) => item.classifications.p99_ms), className: 'second-line' },
        { name: 'p50', values: values((item) => item.classifications.p50_ms) },
      ], format.milliseconds),
      chart(t('server.rate'), [{ values: values((item) => item.classifications.per_second) }], rate),
      chart(t('server.queue'), [{
        values: values((item) => item.models.reduce((sum, model) => sum + (model.queue_admitted ?? 0), 0)),
      }], format.count));
  }

  function values(take) { return history.map((item) => take(item) ?? null); }

  function chart(name, series, text) { return lines(series, { name, format: text, least: 0, count: span }); }

  function showModels() {
    const focused = document.activeElement?.id;
    const rows = last.models.map((model) => h('tr', { 'data-model': model.name },
      h('th', { scope: 'row' }, model.name), cell('server.version', model.version ?? '–'),
      cell('server.state', h('span', { class: `state state-${model.state}` }, t(`state.${model.state}`)), model.reason
        && h('div', { class: 'small error' }, model.reason)),
      number('server.queued', model.queue_admitted === undefined
        ? undefined : `${format.count(model.queue_admitted)} / ${format.count(model.queue_capacity)}`),
      number('server.images', model.images === undefined ? undefined : format.count(model.images)),
      number('server.batch', model.batches ? format.decimal(model.images / model.batches, 2) : undefined),
      h('td', { class: 'does' }, h('div', { class: 'row' }, action(model)))));
    replace(models, h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('server.models') },
      h('table', { class: 'stacked' },
      h('thead', {}, h('tr', {}, ['model', 'server.version', 'server.state', 'server.queued', 'server.images',
        'server.batch', 'server.do'].map((name, index) => h('th', {
        scope: 'col', class: index > 2 && index < 6 ? 'number' : '',
      }, t(name))))), h('tbody', {}, rows))));
    if (focused) document.getElementById(focused)?.focus();
  }

  /** On narrow screens its heading stands beside it. */
  function cell(heading, ...content) { return h('td', { 'data-heading': t(heading) }, content); }

  function number(heading, text) {
    return h('td', { class: 'number', 'data-heading': t(heading) }, text ?? '–');
  }

  /** What may be done with a model: only what this page may ask for. */
  function action(model) {
    const does = model.state === 'ready' ? 'unload' : model.state === 'unloaded' || model.state === 'failed'
      ? 'load' : null;
    if (!does || !api.can(`POST /v1/models/{model}/${does}`)) return null;
    return button(t(`server.${does}`), () => change(model.name, `v1/models/${encodeURIComponent(model.name)}/${does}`),
      {
      id: `${does}-${model.name}`, disabled: busy.has(model.name),
        'aria-label': `${t(`server.${does}`)}: ${model.name}`,
    });
  }

  async function change(name, path) {
    busy.add(name);
    message.textContent = '';
    if (last) showModels();
    try {
      await api.json(path, { method: 'POST' });
    } catch (error) {
      message.textContent = api.sentence(error);
    }
    busy.delete(name);
    await app.reloadModels().catch(() => {});
  }
}
