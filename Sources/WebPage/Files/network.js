// Network: the folded graph, and everything about the layer that is chosen in it.

import * as api from './api.js';
import { button, drawing, h, replace, skeleton } from './dom.js';
import * as format from './format.js';
import { layerCard, operatorName } from './layer.js';
import { onPhoto } from './photo.js';
import { profiles } from './profile.js';
import { go, state } from './state.js';
import { language, t } from './text.js';

export function mount(root, app) {
  const names = h('datalist', { id: 'layers' });
  const search = h('input', {
    type: 'search', id: 'layer-search', list: 'layers', placeholder: t('network.search'),
      'aria-label': t('network.search'),
    oninput: () => find(false), onkeydown: (event) => { if (event.key === 'Enter') find(true); },
  });
  const nothing = h('p', { class: 'small nothing', role: 'status' });
  const fold = button(t('network.unfold'), () => go({ fold: state.fold === 'none' ? '' : 'none' }),
    { class: 'chip', id: 'fold' });
  const graph = h('div', { class: 'graph', role: 'group', 'aria-label': t('network.graph') }, skeleton(560));
  const card = h('section', { class: 'card', 'aria-label': t('network.layer') }, skeleton(560));
  let controller = new AbortController();
  let shown = null;
  let isMeasured = false;
  let release = () => {};

  replace(root, h('div', { class: 'network' },
    h('section', { class: 'left', 'aria-label': t('network.graph') }, h('div', {}, h('div', { class: 'row' }, search, names, fold),
      nothing), graph, language() === 'ko' && h('p', { class: 'small quiet' }, t('drawing.english'))), card));
  load();
  release = onPhoto(() => showCard());
  return {
    update: (before) => {
      if (['model', 'architecture', 'fold'].some((name) => (before[name] ?? '') !== state[name])) load();
      else if ((before.layer ?? '') !== state.layer) {
        mark();
        showCard();
      }
    },
    unmount: () => {
      controller.abort();
      release();
    },
  };

  async function load() {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    const published = app.architectureName();
    const name = published || app.modelName();
    const base = `v1/${published ? 'architectures' : 'models'}/${encodeURIComponent(name)}`;
    const kind = published ? 'architectures/{architecture}' : 'models/{model}';
    fold.setAttribute('aria-pressed', String(state.fold === 'none'));
    replace(graph, skeleton(560));
    replace(card, skeleton(560));
    shown = null;
    isMeasured = false;
    await app.attempt(graph, signal, async () => {
      const query = { fold: state.fold === 'none' ? 'none' : 'blocks' };
      const [summary, folded, picture] = await Promise.all([
        api.json(`${base}/summary`, { signal }), api.json(`${base}/graph`, { query, signal }),
        api.text(`${base}/graph`, { query: { ...query, format: 'svg' }, signal }),
      ]);
      shown = { base, kind, name, isLoaded: !published, summary, folded };
      showGraph(picture);
      replace(names, summary.layers.map((layer) => h('option', { value: layer.name })));
      showCard();
    });
  }

  function showGraph(picture) {
    const svg = drawing(picture);
    svg.addEventListener('click', (event) => choose(event.target.closest('.node')));
    svg.addEventListener('keydown', keyed);
    replace(graph, svg);
    mark();
  }

  function nodes() { return [...graph.querySelectorAll('.node')]; }

  function layersOf(node) { return (node.dataset.layers ?? '').split(' ').filter(Boolean); }

  function choose(node) {
    const [layer] = node ? layersOf(node) : [];
    if (layer) go({ layer });
  }

  function keyed(event) {
    const all = nodes();
    const index = all.indexOf(event.target.closest('.node'));
    if (index < 0) return;
    if (event.key === 'Enter' || event.key === ' ') choose(all[index]);
    else if (event.key === 'ArrowDown') move(all[Math.min(index + 1, all.length - 1)]);
    else if (event.key === 'ArrowUp') move(all[Math.max(index - 1, 0)]);
    else return;
    event.preventDefault();
  }

  function move(node) {
    node.focus();
    choose(node);
  }

  /** One node can be reached with the tabulator, the others from there with the arrows. */
  function mark() {
    const all = nodes();
    const chosen = all.find((node) => layersOf(node).includes(state.layer));
    for (const node of all) {
      node.classList.toggle('chosen', node === chosen);
      node.setAttribute('aria-pressed', String(node === chosen));
      node.setAttribute('tabindex', node === (chosen ?? all[0]) ? 0 : -1);
    }
    if (!chosen) return;
    const [box, around] = [chosen.getBoundingClientRect(), graph.getBoundingClientRect()];
    const isSeen = box.top >= around.top && box.bottom <= around.bottom;
    if (!isSeen) graph.scrollTop += box.top - around.top - (around.height - box.height) / 2;
  }

  function find(isEntered) {
    const text = search.value.trim().toLowerCase();
    nothing.textContent = '';
    if (!text || !shown) return;
    const { layers } = shown.summary;
    const isLike = ({ name, operator }) => name.toLowerCase().includes(text) || operator.includes(text)
      || operatorName(operator).toLowerCase().includes(text);
    const like = layers.filter(isLike);
    if (!like.length) nothing.textContent = t('search.nothing', { text: search.value.trim() });
    const found = layers.find(({ name }) => name.toLowerCase() === text) ?? (isEntered ? like[0] : undefined);
    if (found) go({ layer: found.name });
  }

  function showCard() {
    if (!shown) return;
    const layer = shown.summary.layers.find(({ name }) => name === state.layer);
    if (layer) layerCard(card, app, shown, layer, controller.signal);
    else overview();
  }

  /** The chooser of a network whose profile is drawn beside this one's. */
  function beside() {
    const names = app.architectures().map(({ name }) => name);
    return names.length ? h('label', {}, t('network.beside'), ' ', h('select', { id: 'against', onchange: (event) => {
      go({ against: event.target.value }, { quietly: true });
      showProfile();
    } }, h('option', { value: '' }, t('classify.nothing')),
      names.map((name) => h('option', { value: name, selected: name === state.against }, name)))) : null;
  }

  function measuring() {
    return shown.isLoaded ? button(t('network.measure'), () => {
      isMeasured = true;
      showProfile();
    }, { id: 'measure' }) : null;
  }

  /** What has been measured stays on show, whatever stands beside it. */
  function showProfile() {
    const place = card.querySelector('.profile');
    if (!api.can(`GET /v1/${shown.kind}/profile`)) {
      replace(place);
      return;
    }
    const { base, name } = shown;
    const isKnown = app.architectures().some((architecture) => architecture.name === state.against);
    const query = { against: isKnown ? state.against : '', measure: isMeasured ? 'true' : '' };
    const title = h('p', { class: 'small quiet', role: 'status' }, isMeasured ? t('network.measuring') : '');
    replace(place, title, skeleton(480));
    app.attempt(place, controller.signal, async () => {
      const answer = await api.json(`${base}/profile`, { query, signal: controller.signal });
      const isClickable = (layer) => () => go({ layer });
      replace(place, profiles([{ name, profile: answer, onLayer: isClickable },
        ...(answer.against ? [{ name: query.against, profile: answer.against }] : [])]),
      app.source(answer, () => `curl ${app.shellKey()}'${api.address(`${base}/profile`, { ...query, format: 'svg' })}'`
        + ` -o ${name}.svg`));
    });
  }

  function overview() {
    const { totals } = shown.summary;
    const profile = h('div', { class: 'profile' });
    replace(card, state.layer && h('p', { class: 'astray', role: 'alert' },
      t('astray.layer', { layer: state.layer, network: shown.name })),
      h('h1', {}, shown.name), h('p', { class: 'quiet' }, t('network.hint')),
      h('dl', { class: 'tiles' }, [
        ['input', format.shape(shown.summary.input_shape)], ['layers', format.count(shown.summary.layers.length)],
        ['parameters', format.count(totals.parameters)], ['macs', format.count(totals.macs)],
        ['weight_bytes', format.bytes(totals.weight_bytes)],
        ['peak_activation_bytes', format.bytes(totals.peak_activation_bytes)],
      ].map(([name, text]) => h('div', {}, h('dt', {}, t(`total.${name}`)),
        h('dd', { class: 'number', 'data-total': name }, text)))),
      h('h2', {}, t('network.profile')), h('div', { class: 'row views' }, beside(), measuring()), profile);
    showProfile();
  }
}
