// How the evidence for a class is found, and at which layer: choices that stand in the address.

import * as api from './api.js';
import { h } from './dom.js';
import { go, state } from './state.js';
import { t } from './text.js';

export function evidenceChoice(model, signal) {
  const isOcclusion = state.method === 'occlusion';
  const method = h('select', { id: 'method', 'aria-label': t('evidence.method'),
    onchange: (event) => go({ method: event.target.value }) },
    h('option', { value: '', selected: !isOcclusion }, 'Grad-CAM'),
    h('option', { value: 'occlusion', selected: isOcclusion }, t('evidence.occlusion')));
  const layer = h('select', { id: 'evidence-layer', 'aria-label': t('evidence.layer'),
    onchange: (event) => go({ evidence_layer: event.target.value }) },
    h('option', { value: '' }, t('evidence.lastStage')));
  const hasLayers = !isOcclusion && api.can('GET /v1/models/{model}/summary');
  if (hasLayers) fill(layer, model, signal);
  return h('span', { class: 'row' }, method, hasLayers && layer);
}

/** Every layer that gives maps, from the last, where classes are told apart, to the first. */
async function fill(select, model, signal) {
  // Where the summary does not come, the picture's own place says why.
  const { layers } = await api.json(`v1/models/${encodeURIComponent(model)}/summary`, { signal })
    .catch(() => ({ layers: [] }));
  select.append(...layers.filter(({ output_shape: shape }) => shape.length === 3).reverse()
    .map(({ name }) => h('option', { value: name }, name)));
  select.value = state.evidence_layer;
  // A layer that there is not is named all the same, as the answer beside it is about it.
  if (select.value !== state.evidence_layer) {
    select.append(h('option', { value: state.evidence_layer, selected: true }, state.evidence_layer));
  }
}
