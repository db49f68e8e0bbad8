// One job: how far it is, how it learns, and what came of it.

import * as api from './api.js';
import { lines } from './chart.js';
import { button, h, replace, skeleton } from './dom.js';
import * as format from './format.js';
import { audit } from './audit.js';
import { mistakeTiles } from './mistakes.js';
import { go } from './state.js';
import { has, t } from './text.js';

/** The wishes that each state allows, and the operation of each. */
const wishes = {
  pause: ['queued', 'preparing', 'running', 'evaluating', 'publishing'], resume: ['paused'],
  cancel: ['queued', 'paused', 'preparing', 'running', 'evaluating', 'publishing'],
};
const over = ['succeeded', 'failed', 'cancelled'];

export function jobCard(place, app, id, signal, onChange) {
  const path = `v1/jobs/${encodeURIComponent(id)}`;
  const status = h('div', { 'aria-live': 'polite' });
  const curves = h('div', { class: 'charts' });
  const log = h('ul', { class: 'log small' });
  const report = h('div', {});
  const epochs = [];
  let job = null;
  replace(place, h('h2', {}, t('job.title')), status, curves, report, log);
  replace(status, skeleton(120));
  follow();

  async function follow() {
    await app.attempt(status, signal, async () => {
      job = await api.json(path, { signal });
      show();
      await api.events(`${path}/events`, (name, event) => heard(name, event), { signal });
      if (!signal.aborted) finish();
    });
  }

  function heard(name, event) {
    if (name === 'state') job = { ...job, state: event.state, model: event.model ?? job.model };
    if (name === 'progress') job = { ...job, stage: event.stage, progress: event.progress,
      seconds_left: event.seconds_left };
    // A search has many curves; its report draws those of the best.
    if (name === 'epoch' && event.trial === undefined) {
      epochs.push(event);
      showCurves();
    }
    if (name === 'log') log.append(h('li', {}, event.message));
    show();
  }

  async function finish() {
    job = await api.json(path, { signal });
    show();
    onChange();
    if (job.state !== 'succeeded') return;
    await app.reloadModels().catch(() => {});
    await app.attempt(report, signal, async () => showReport(report, `${path}/report`,
      await api.json(`${path}/report`, { signal }), signal));
  }

  function show() {
    const { state, stage, progress = 0, seconds_left: left, request, problem } = job;
    const isOver = over.includes(state);
    replace(status, h('p', {}, h('strong', {}, request.name ?? job.kind), ' ',
      h('span', { class: `state state-${state}` }, t(`job.${state}`)),
      stage && !isOver ? h('span', { class: 'quiet' }, ` ${t('job.stage', { stage: has(`stage.${stage}`) ? t(`stage.${stage}`) : stage })}`) : null),
    isOver ? null : [h('progress', { max: 1, value: progress, 'aria-label': t('job.progress') }),
      h('span', { class: 'number small' }, ` ${format.percent(progress, 0)}`, left === undefined
        ? '' : ` · ${t('job.left', { seconds: format.count(Math.ceil(left)) })}`)],
    problem && h('p', { class: 'error' }, typeof problem === 'string' ? problem : problem.detail ?? problem.title),
    h('div', { class: 'row' }, Object.keys(wishes).filter((wish) => wishes[wish].includes(state)
      && api.can(`POST /v1/jobs/{job}/${wish}`))
      .map((wish) => button(t(`job.${wish}`), () => ask(wish))),
    state === 'succeeded' && job.model && button(t('job.try'),
      () => go({ tab: 'classify', model: job.model.name, class: '' }), { class: 'primary', id: 'try' })));
  }

  async function ask(wish) {
    try {
      job = await api.json(`${path}/${wish}`, { method: 'POST' });
      show();
      onChange();
    } catch (error) {
      status.append(h('p', { class: 'error', role: 'alert' }, api.sentence(error)));
    }
  }

  function showCurves() {
    const of = (name) => epochs.map((epoch) => epoch[name] ?? null);
    const pairs = Object.keys(epochs[0]).filter((name) => /loss|accuracy/.test(name)
      && typeof epochs[0][name] === 'number');
    const groups = [['loss', (value) => format.decimal(value, 3)], ['accuracy', (value) => format.percent(value)]];
    replace(curves, groups.map(([group, text]) => {
      const names = pairs.filter((name) => name.includes(group));
      return names.length ? lines(names.map((name, index) =>
        ({ name, values: of(name), className: index ? 'second-line' : '' })), {
        name: t(`job.${group}`), format: text, least: 0, most: group === 'accuracy' ? 1 : undefined,
      }) : null;
    }));
  }
}

function showReport(place, path, report, signal) {
  const [low, high] = report.accuracy_interval ?? [];
  const mistakes = report.mistakes ?? [];
  replace(place, h('h2', {}, t('report.title')),
    report.accuracy !== undefined && h('p', { class: 'figure' },
      h('strong', { class: 'number', id: 'accuracy' }, format.percent(report.accuracy)),
      low !== undefined ? h('span', { class: 'quiet' },
        ` ${t('report.interval', { low: format.percent(low), high: format.percent(high) })}`) : null),
    report.reason && h('p', { class: 'small quiet', lang: 'en' }, report.reason),
    report.classes && table([t('report.class'), t('report.precision'), t('report.recall'), t('report.images')],
      report.classes.map((item) => [item.name, format.percent(item.precision ?? 0), format.percent(item.recall ?? 0),
        format.count(item.images)])),
    report.confusion && report.classes && confusion(report),
    h('h3', {}, t('report.mistakes')),
    mistakes.length ? [h('p', { class: 'small quiet' }, t('report.mistakesAre')), mistakeTiles(mistakes, path, signal)]
      : h('p', { class: 'good' }, t('report.noMistakes')),
    report.audit && [h('h3', {}, t('report.audit')), audit(report.audit)]);
}

function table(headings, rows) {
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': headings[0] }, h('table', {},
    h('thead', {}, h('tr', {}, headings.map((name, index) => h('th', { scope: 'col', class: index ? 'number' : '' },
      name)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell, index) =>
      h(index ? 'td' : 'th', { scope: index ? undefined : 'row', class: index ? 'number' : '' }, cell)))))));
}

function confusion({ confusion: counts, classes }) {
  const names = classes.map(({ name }) => name);
  return h('details', {}, h('summary', {}, t('report.confusion')),
    table([t('report.trueClass'), ...names], counts.map((row, index) => [names[index], ...row.map(format.count)])));
}
