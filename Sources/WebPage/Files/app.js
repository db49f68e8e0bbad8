// The frame of the page: tabs, the chooser of models, the key, and what all tabs share.

import * as api from './api.js';
import { button, h, replace } from './dom.js';
import { preferredName } from './models.js';
import { listenToPage, onPhoto, photo, samples, takeSample } from './photo.js';
import { address, go, onChange, state } from './state.js';
import { has, language, loadTexts, t } from './text.js';

/** Each tab, the operations it cannot do without, and whether it is about one model. */
const tabs = [
  { name: 'classify', needs: ['POST /v1/classify'], chooses: 'models' },
  { name: 'network', needs: ['GET /v1/models/{model}/graph', 'GET /v1/models/{model}/summary'], chooses: 'networks' },
  { name: 'compare', needs: ['GET /v1/compare', 'GET /v1/architectures'] },
  { name: 'convolution', needs: ['GET /v1/convolution'], chooses: 'models' },
  { name: 'learn', needs: ['POST /v1/datasets', 'GET /v1/jobs', 'POST /v1/jobs'] },
  { name: 'server', needs: ['GET /v1/events'] },
  { name: 'api', needs: [], module: 'reference' },
];

const header = document.getElementById('header');
const main = document.getElementById('main');
const notice = document.getElementById('notice');
let asksForKeys = false;
let models = [];
let architectures = [];
let defaultName = '';
let mounted = null;
/** What the address asks for that there is not, in sentences above the tab. */
const astray = h('section', { class: 'astray', role: 'status' });

/** What tabs may use. */
const app = {
  models: () => models,
  architectures: () => architectures,
  /** The model in the address, else the default one; empty where nobody tells its name. */
  modelName: () => (hasModel(state.model) ? state.model : defaultName),
  model: () => models.find((model) => model.name === app.modelName()),
  /** The model that answers beside it; empty where there is none of that name. */
  secondName: () => (hasModel(state.with) ? state.with : ''),
  /** The published network in the address; empty where there is none of that name. */
  architectureName: () => (hasArchitecture(state.architecture) ? state.architecture : ''),
  learnDefault: (name) => { defaultName = name; },
  reloadModels: async () => {
    await loadModels();
    showHeader();
  },
  attempt, source,
  shellKey: () => (api.hasKey() ? '-H "X-API-Key: $KEY" ' : ''),
};

const hasModel = (name) => models.some((model) => model.name === name);
const hasArchitecture = (name) => architectures.some((architecture) => architecture.name === name);
const availableTabs = () => tabs.filter((tab) => tab.needs.every(api.can));
const currentTab = () => availableTabs().find((tab) => tab.name === state.tab) ?? availableTabs()[0];

async function start() {
  await loadTexts();
  api.onHealth('gone', () => say(t('server.gone')));
  api.onHealth('back', () => {
    say(t('server.back'), 4000);
    refresh();
  });
  listenToPage(() => { if (!currentTab().chooses) go({ tab: 'classify' }); });
  onChange(changed);
  onPhoto(showHeader);
  await refresh();
}

/** Asks anew what there is, and shows it. */
async function refresh() {
  await attempt(main, undefined, async () => {
    ({ asks_for_keys: asksForKeys } = await api.discover());
    await loadModels();
    if (state.photo && samples.some((sample) => sample.id === state.photo)) await takeSample(state.photo);
  });
  showHeader();
  await showTab();
}

async function loadModels() {
  if (api.can('GET /v1/models')) {
    models = (await api.json('v1/models')).models;
  } else if (api.can('POST /v1/classify')) {
    // Whoever may only classify is told the names of models here, if nothing more.
    const { models: names = [] } = await api.json('readyz').catch(() => ({}));
    models = names.map((name) => ({ name, state: 'ready' }));
  }
  // Who is told names alone asks without one, and learns it from the answer.
  if (api.can('GET /v1/models')) defaultName = preferredName(models);
  if (api.can('GET /v1/architectures') && !architectures.length) {
    architectures = (await api.json('v1/architectures')).architectures;
  }
}

async function changed(before) {
  if (before.lang !== (state.lang || undefined) && before.lang !== state.lang) {
    await loadTexts();
    showHeader();
    await showTab();
    return;
  }
  if (state.photo && photo()?.sample !== state.photo) await takeSample(state.photo);
  showHeader();
  if (mounted?.name !== currentTab().name) {
    await showTab();
  } else {
    showAstray();
    mounted.update?.(before);
  }
}

async function showTab() {
  const tab = currentTab();
  const isFirst = mounted === null;
  mounted?.unmount?.();
  document.title = `${t(`tab.${tab.name}`)} · ConvServe`;
  const module = await import(`./${tab.module ?? tab.name}.js`);
  const root = document.createElement('div');
  root.className = `tab-${tab.name}`;
  showAstray();
  mounted = { ...module.mount(root, app), name: tab.name };
  replace(main, asksForKeys && !api.hasKey() && tab.name === 'api' && state.tab !== 'api' ? keyForm() : null,
    astray, root);
  if (!isFirst) main.focus({ preventScroll: true });
}

// MARK: What the address asks for that there is not

/** A link may be older than the server's models; what is shown instead is said, above it. */
function showAstray() {
  const tab = currentTab();
  const [model, network] = [app.modelName(), tab.chooses === 'networks'];
  const lost = [];
  if (state.tab && state.tab !== tab.name) {
    lost.push(t(tabs.some(({ name }) => name === state.tab) ? 'astray.closed' : 'astray.tab',
      { name: has(`tab.${state.tab}`) ? t(`tab.${state.tab}`) : state.tab, shown: t(`tab.${tab.name}`) }));
  }
  if (tab.chooses && state.model && !hasModel(state.model) && model && !(network && app.architectureName())) {
    lost.push(t('astray.model', { name: state.model, shown: model }));
  }
  if (network && state.architecture && !app.architectureName()) {
    lost.push(t('astray.architecture', { name: state.architecture, shown: model }));
  }
  if (tab.name === 'classify' && state.with && !app.secondName()) {
    lost.push(t('astray.with', { name: state.with }));
  }
  if (tab.chooses && state.photo && !samples.some(({ id }) => id === state.photo)) {
    lost.push(t('astray.photo', { name: state.photo }));
  }
  replace(astray, lost.map((sentence) => h('p', {}, sentence)));
}

// MARK: The header

function showHeader() {
  const tab = currentTab();
  const focused = document.activeElement?.id;
  replace(header,
    h('a', { class: 'skip', href: '#main', onclick: skip }, t('skip')),
    h('a', { class: 'brand', href: `./${address({ tab: 'classify' })}`, onclick: follow }, 'ConvServe'),
    h('nav', { class: 'tabs', 'aria-label': t('tabs') }, availableTabs().map(({ name }) => h('a', {
      href: `./${address({ tab: name })}`, onclick: follow, id: `tab-${name}`,
      'aria-current': name === tab.name ? 'page' : undefined,
    }, t(`tab.${name}`)))),
    h('div', { class: 'row settings' }, chooser(tab), keyButton(), languageButton()));
  if (focused) document.getElementById(focused)?.focus();
  const chosen = header.querySelector('[aria-current]');
  const strip = chosen?.parentElement;
  if (strip) strip.scrollLeft = chosen.offsetLeft - (strip.clientWidth - chosen.offsetWidth) / 2;
}

function skip(event) {
  event.preventDefault();
  main.focus();
}

function follow(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go({ tab: event.currentTarget.hash.slice(1).split('?')[0] });
}

function chooser(tab) {
  if (!tab.chooses || (!models.length && tab.chooses === 'models')) return null;
  const isNetwork = tab.chooses === 'networks';
  const option = (value, name, selected) => h('option', { value, selected }, name);
  const published = isNetwork && app.architectureName();
  const list = models.map((model) => option(`model ${model.name}`,
    model.state === 'ready' ? model.name : `${model.name} (${t(`state.${model.state}`)})`,
    !published && model.name === app.modelName()));
  return h('select', {
    id: 'model', 'aria-label': t('model'), onchange: (event) => {
      const [kind, name] = event.target.value.split(' ');
      go({
        model: kind === 'model' ? name : state.model, architecture: kind === 'model' ? '' : name, class: '',
        explained: '', layer: '', evidence_layer: '', with: state.with === name ? '' : state.with,
      });
    },
  }, isNetwork && architectures.length ? [
    h('optgroup', { label: t('models.served') }, list),
    h('optgroup', { label: t('models.published') },
      architectures.map(({ name }) => option(`architecture ${name}`, name, name === published))),
  ] : list);
}

function languageButton() {
  const other = language() === 'en' ? 'ko' : 'en';
  return button(other === 'ko' ? '한국어' : 'English', () => go({ lang: other }),
    { id: 'language', lang: other, class: 'plain' });
}

function keyButton() {
  if (!asksForKeys) return null;
  return button(t(api.hasKey() ? 'key.change' : 'key.give'), () => {
    const dialog = h('dialog', { 'aria-label': t('key.title') }, keyForm(() => dialog.close()));
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }, { id: 'key-button', class: 'plain' });
}

/** Takes a key; it is held in this tab's memory alone, and gone when the page is loaded again. */
function keyForm(onDone = () => {}) {
  const field = h('input', { type: 'password', id: 'key', autocomplete: 'off', required: true, spellcheck: 'false' });
  const message = h('p', { class: 'error', role: 'alert' });
  const submit = async (event) => {
    event.preventDefault();
    api.useKey(field.value);
    try {
      await api.discover();
      if (!tabs.some((tab) => tab.needs.length && tab.needs.every(api.can))) throw new Error();
      onDone();
      await refresh();
    } catch {
      api.useKey('');
      await api.discover().catch(() => {});
      message.textContent = t('key.wrong');
    }
  };
  return h('form', { class: 'key', onsubmit: submit }, h('h1', {}, t('key.title')), h('p', {}, t('key.what')),
    h('label', { for: 'key' }, t('key.label')), field, h('div', { class: 'row' },
      h('button', { class: 'primary' }, t('key.use'))), message);
}

// MARK: What tabs share

/**
 * Runs what fills a place. Where that fails, the place says why. Where waiting helps it waits, and where trying again
 * may help there is a button for that: asking the same again brings the same refusal.
 */
async function attempt(place, signal, run) {
  for (;;) {
    try {
      place.classList.remove('failed');
      return await run();
    } catch (error) {
      if (signal?.aborted) return undefined;
      if (!(error instanceof api.Problem || error instanceof api.NoAnswer)) throw error;
      place.classList.add('failed');
      const model = error.kind === 'model-not-ready' ? await refusing(error) : undefined;
      if (signal?.aborted) return undefined;
      let retry;
      const asked = new Promise((resolve) => { retry = resolve; });
      replace(place, failure(error, model, retry));
      if (!api.mayPass(error)) return undefined;
      const isPassing = api.passes(error) && error.kind !== 'gone' && !isLaidUp(model);
      const wait = (error.retryAfter || 2) * 1000;
      await (isPassing ? Promise.race([asked, new Promise((resolve) => setTimeout(resolve, wait))]) : asked);
      if (signal?.aborted) return undefined;
    }
  }
}

/** The model that does not answer, as the server tells of it now; nothing where it does not tell. */
async function refusing(error) {
  await loadModels().catch(() => {});
  const name = error.model ?? models.find((model) => model.default)?.name;
  return api.can('GET /v1/models') ? models.find((model) => model.name === name) : undefined;
}

/** Whether a model stays away until somebody loads it. */
function isLaidUp(model) { return ['unloaded', 'failed'].includes(model?.state); }

function failure(error, model, retry) {
  const sentence = model && has(`away.${model.state}`)
    ? t(`away.${model.state}`, { name: model.name, reason: model.reason ?? '' }) : api.sentence(error);
  const isLoadable = isLaidUp(model) && api.can('POST /v1/models/{model}/load');
  const load = async (event) => {
    event.currentTarget.disabled = true;
    await api.json(`v1/models/${encodeURIComponent(model.name)}/load`, { method: 'POST' }).catch(() => {});
    await app.reloadModels().catch(() => {});
    retry();
  };
  return h('div', { class: 'failure', role: 'alert' }, h('p', {}, sentence),
    isLoadable ? button(t('server.load'), load, { 'data-load': model.name })
      : api.mayPass(error) && button(t('again'), retry));
}

/** The answer as it came, and the command that asks for it, a click away. */
function source(reply, command) {
  const json = h('pre', { tabindex: 0 }, JSON.stringify(reply, null, 2));
  const curl = h('pre', { tabindex: 0 });
  const copy = button(t('copy'), async () => {
    await navigator.clipboard?.writeText(curl.textContent);
    copy.textContent = t('copied');
  });
  const details = (name, ...content) => {
    const element = h('details', { name: 'source', class: `source-${name.toLowerCase()}` }, h('summary', {}, name),
      content);
    return element;
  };
  curl.textContent = command();
  return h('div', { class: 'source' }, details('JSON', json), details('curl', curl, copy));
}

function say(text, milliseconds) {
  notice.textContent = text;
  notice.hidden = false;
  clearTimeout(say.timer);
  if (milliseconds) say.timer = setTimeout(() => { notice.hidden = true; }, milliseconds);
}

start();
