// Classify: a photo in, classes out, and where in the photo the network found them.

import * as api from './api.js';
import { bar, button, h, replace, skeleton } from './dom.js';
import * as format from './format.js';
import { evidenceChoice } from './evidence.js';
import { stage } from './stage.js';
import {
  cameraButton, drawingField, fileInput, letGo, onPhoto, photo, posted, sampleButtons, samples,
} from './photo.js';
import { go, state } from './state.js';
import { t } from './text.js';

export function mount(root, app) {
  const view = stage();
  const chosen = h('div', { class: 'stage-slot' });
  const views = h('div', { class: 'row views' });
  const tools = h('div', { class: 'tools' });
  const results = h('div', { class: 'results', 'aria-live': 'polite' });
  const second = h('div', { class: 'second' });
  let controller = new AbortController();
  let looking = new AbortController();
  let drawn = '';

  replace(root, h('h1', { class: 'visually-hidden' }, t('tab.classify')), h('div', { class: 'classify' },
    h('section', { class: 'left', 'aria-label': t('classify.photo') }, chosen, views, tools),
    h('section', { class: 'right', 'aria-label': t('classify.answer') }, results, second)));

  const release = onPhoto(() => update());
  update();
  return {
    update: (before) => {
      const isOther = ['model', 'with', 'photo'].some((name) => (before[name] ?? '') !== state[name]);
      if (isOther) update();
      else showEvidence();
    },
    unmount: () => {
      controller.abort();
      looking.abort();
      release();
    },
  };

  function update() {
    const model = app.model();
    showStage(model);
    showTools();
    showSecond(model);
    classify();
  }

  function showStage(model) {
    const isDrawn = takesDrawings(model) && (!photo() || photo().isDrawn);
    const kind = isDrawn ? `draw ${model.name}` : photo() ? 'photo' : 'empty';
    if (photo()) view.show(photo());
    showViews();
    if (kind === drawn) return;
    drawn = kind;
    if (isDrawn) replace(chosen, h('div', { class: 'stage' }, drawingField()));
    else replace(chosen, h('label', { class: 'stage', id: 'stage' }, fileInput(),
      photo() ? view.element : invitation()));
  }

  function takesDrawings(model) { return model?.input_shape?.[0] === 1; }

  function invitation() {
    return h('span', { class: 'invitation' },
      h('strong', {}, t('photo.drop')), h('span', { class: 'quiet' }, t('photo.ways')),
      h('span', { class: 'button primary' }, t('photo.choose')));
  }

  function showTools() {
    replace(tools,
      h('div', { class: 'row' }, h('span', { class: 'quiet' }, t('photo.samples')), sampleButtons(),
        h('span', { class: 'row end' },
          (photo() || takesDrawings(app.model())) && h('label', { class: 'button' }, fileInput(), t('photo.choose')),
          cameraButton(),
          takesDrawings(app.model()) && photo() && !photo().isDrawn && button(t('draw.again'), letGo))),
      h('p', { class: 'small quiet' }, [...samples.map((sample) => `${t(`sample.${sample.id}`)}: ${sample.source}`),
        'CC0'].join(' · ')));
  }

  /** The chooser of a second model, for one photo side by side. */
  function showSecond(model) {
    const others = app.models().filter((other) => other.name !== model?.name && other.state === 'ready');
    if (!photo() || !others.length || !api.can('POST /v1/models/{model}/classify')) {
      replace(second);
      return;
    }
    replace(second, h('label', {}, t('classify.beside'), ' ', h('select', {
      onchange: (event) => go({ with: event.target.value }),
    }, h('option', { value: '' }, t('classify.nothing')), others.map((other) => h('option', {
      value: other.name, selected: other.name === app.secondName(),
    }, other.name)))));
  }

  async function classify() {
    controller.abort();
    controller = new AbortController();
    if (!photo()) {
      replace(results, welcome());
      return;
    }
    const names = [app.modelName(), app.secondName()].filter((name, index) => index === 0 || name);
    const panels = names.map((name) => h('section', { class: 'answer', 'aria-label': name || t('classify.answer') }));
    replace(results, panels);
    results.classList.toggle('two', panels.length > 1);
    await Promise.all(panels.map((panel, index) => answer(panel, names[index], controller.signal)));
  }

  async function answer(panel, name, signal) {
    replace(panel, skeleton(320));
    const path = name ? `v1/models/${encodeURIComponent(name)}/classify` : 'v1/classify';
    await app.attempt(panel, signal, async () => {
      const reply = await api.json(path, { ...posted(), query: { top_k: 5 }, signal });
      if (!name) app.learnDefault(reply.model);
      showAnswer(panel, reply, path);
    });
  }

  function showAnswer(panel, reply, path) {
    const [prediction] = reply.predictions;
    const time = prediction.timing_ms;
    const isExplained = api.can('POST /v1/models/{model}/explain');
    const bars = prediction.classes.map((item) => {
      const row = [
        h('span', { class: 'label' }, item.label), h('span', { class: 'number' }, format.percent(item.probability)),
        bar(item.label, item.probability),
      ];
      return h('li', {}, isExplained ? h('button', {
        type: 'button', class: 'bar', 'data-class': item.index, 'data-model': reply.model,
        'aria-pressed': 'false', title: t('classify.why', { label: item.label }),
        onclick: () => toggle(reply.model, item.index),
      }, row) : h('div', { class: 'bar' }, row));
    });
    replace(panel,
      h('h2', {}, h('span', {}, reply.model), ' ',
        h('small', { class: 'quiet' }, t('version', { version: reply.version }))),
      h('ol', { class: 'bars' }, bars),
      isExplained && h('p', { class: 'small quiet' }, t('classify.hint')),
      h('p', { class: 'timing' }, ['decode', 'queue', 'compute', 'total'].map((stage) => h('span', { class: 'pair' },
        h('span', { class: 'quiet' }, t(`timing.${stage}`)), ' ',
        h('span', { class: 'number', 'data-timing': stage }, format.milliseconds(time[stage])))),
      h('span', { class: 'pair' }, h('span', { class: 'quiet' }, t('timing.batch')), ' ',
        h('span', { class: 'number', 'data-timing': 'batch' }, format.count(prediction.batch_size)))),
      app.source(reply, () => curl(path)));
    if (reply.model === app.modelName()) showEvidence();
  }

  function curl(path) {
    const { name } = photo();
    return `curl -F image=@${shellQuoted(name)} ${app.shellKey()}'${api.address(path, { top_k: 5 })}'`;
  }

  function toggle(model, index) {
    const isOn = state.class === String(index) && (state.explained || app.modelName()) === model;
    go({ class: isOn ? '' : String(index), explained: model === app.modelName() ? '' : model,
      evidence_layer: (state.explained || app.modelName()) === model ? state.evidence_layer : '' });
  }

  /** What the network saw, and the evidence for the class in the address, over the photo. */
  async function showEvidence() {
    const model = state.explained || app.modelName();
    for (const row of root.querySelectorAll('.bar[data-class]')) {
      row.setAttribute('aria-pressed', String(row.dataset.class === state.class && row.dataset.model === model));
    }
    const { shown, legend, signal } = showViews();
    if (!photo() || !model) return;
    await app.attempt(legend, signal, async () => {
      if (shown === 'evidence') await showClass(model, legend, signal);
      else if (shown === 'input') await view.input(model, legend, signal);
      else view.plain();
    });
  }

  /** The ways to look at the photo; they have their places before there is anything to see. */
  function showViews() {
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const model = state.explained || app.modelName();
    const tabs = [['photo', true], ['input', api.can('POST /v1/models/{model}/input')],
      ['evidence', api.can('POST /v1/models/{model}/explain') && state.class !== '']];
    const shown = state.class !== '' ? 'evidence' : state.view === 'input' ? 'input' : 'photo';
    const legend = h('span', { class: `legend of-${shown}` });
    const chips = tabs.filter(([, isThere]) => isThere).map(([name]) => button(t(`view.${name}`), () => go({
      view: name === 'input' ? 'input' : '', class: name === 'evidence' ? state.class : '',
    }), { 'aria-pressed': String(name === shown), class: 'chip' }));
    replace(views, ...(photo() && model
      ? [chips, shown === 'evidence' && evidenceChoice(model, signal), legend] : []));
    return { shown, legend, signal };
  }

  /** Where the photo speaks for the class in the address; a link may name one that the model does not have. */
  async function showClass(model, legend, signal) {
    const count = app.models().find(({ name }) => name === model)?.num_classes ?? Infinity;
    const index = /^\d+$/.test(state.class) ? Number(state.class) : NaN;
    if (!(index < count)) {
      view.plain();
      replace(legend, h('span', { class: 'small', role: 'alert' },
        t('astray.class', { name: state.class, model, last: format.count(count - 1) })));
      return;
    }
    const chosen = { index, method: state.method === 'occlusion' ? 'occlusion' : 'grad-cam',
      layer: state.evidence_layer };
    await view.evidence(model, chosen, legend, signal);
  }

  function welcome() {
    return h('div', { class: 'welcome' }, h('h2', { class: 'title' }, t('welcome.title')),
      h('p', {}, t('welcome.what')),
      h('ol', {}, ['one', 'two', 'three'].map((step) => h('li', {}, t(`welcome.${step}`)))),
      h('p', { class: 'quiet small' }, t('welcome.private')));
  }
}

/** A word for a shell. */
function shellQuoted(word) { return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`; }
