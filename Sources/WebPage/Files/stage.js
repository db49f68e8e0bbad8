// The photo as it is looked at: alone, as the network gets it, with evidence or a field drawn over it.

import * as api from './api.js';
import { button, h, replace } from './dom.js';
import * as format from './format.js';
import { heatMap, scale } from './heat.js';
import { photo, posted } from './photo.js';
import { t } from './text.js';

export function stage() {
  const image = h('img', { alt: '', class: 'layer' });
  const over = h('div', { class: 'layer over' });
  const element = h('span', { class: 'photo' }, image, over);
  let shownURL = '';

  function setImage(url, alt) {
    if (shownURL.startsWith('blob:') && shownURL !== photo()?.url && shownURL !== url) URL.revokeObjectURL(shownURL);
    shownURL = url;
    image.src = url;
    image.alt = alt;
  }

  function plain() {
    const isPicture = photo().width > 0;
    image.hidden = !isPicture;
    if (isPicture) setImage(photo().url, t('photo.alt', { name: photo().name }));
    replace(over, isPicture ? null : h('span', { class: 'unseen' }, t('photo.unseen', { name: photo().name })));
  }

  return {
    element,
    show: plain,
    plain,

    /** Looks at a part of the photo from near, or at all of it again. */
    approach(box) {
      element.style.transform = '';
      element.style.removeProperty('--nearness');
      if (!box) return;
      const [wide, high] = [element.clientWidth, element.clientHeight];
      const { width, height } = photo();
      const fit = Math.min(wide / width, high / height);
      const times = Math.min(Math.max(0.6 * Math.min(wide / fit / (box.right - box.left),
        high / fit / (box.bottom - box.top)), 1), 16);
      const x = (wide - width * fit) / 2 + (box.left + box.right) / 2 * fit;
      const y = (high - height * fit) / 2 + (box.top + box.bottom) / 2 * fit;
      element.style.transform = `translate(${wide / 2 - x * times}px, ${high / 2 - y * times}px) scale(${times})`;
      element.style.setProperty('--nearness', times);
    },

    /** The picture that the network got, as it got it. */
    async input(model, legend, signal) {
      const path = `v1/models/${encodeURIComponent(model)}/input`;
      const seen = await api.picture(path, { ...posted(), signal });
      replace(over);
      image.hidden = false;
      setImage(URL.createObjectURL(seen), t('view.inputAlt', { model }));
      replace(legend, h('span', { class: 'small quiet' }, t('view.inputNote')));
    },

    /** Where the photo speaks for a class: `{index, method, layer}`. It can be given up while it is computed. */
    async evidence(model, { index, method, layer }, legend, signal) {
      plain();
      const stopping = new AbortController();
      const clock = waiting(legend, method, () => stopping.abort());
      const options = { ...posted(), signal: AbortSignal.any([signal, stopping.signal]),
        query: { method, class: index, layer: method === 'grad-cam' ? layer : '' } };
      let answer;
      try {
        answer = await api.json(`v1/models/${encodeURIComponent(model)}/explain`, options);
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
        replace(legend, h('span', { class: 'small' }, t('evidence.stopped')), button(t('again'),
          () => this.evidence(model, { index, method, layer }, legend, signal).catch(() => {})));
        return;
      } finally {
        clock.stop();
      }
      const about = { label: answer.class.label, layer: answer.layer,
        places: format.count(answer.shape[0] * answer.shape[1]), patch: answer.patch };
      const key = method === 'occlusion' ? 'evidence.occluded' : 'evidence.note';
      if (!answer.has_evidence) {
        replace(legend, h('span', { class: 'small' },
          t(method === 'occlusion' ? 'evidence.notOccluded' : 'evidence.none', about)));
        return;
      }
      const rows = method === 'occlusion' ? evenly(answer) : answer.map;
      const map = heatMap(rows, 0, answer.maximum, (share) => 0.1 + 0.6 * Math.max(share, 0));
      replace(over, placed(map, answer.crop.photo_region));
      replace(legend, h('span', { class: 'small quiet' }, t(key, about)), scale(0, answer.maximum));
    },

    /** A rectangle over the photo, in its pixels, and how much each pixel counts, where that is known. */
    field(box, label, counted) {
      const { width, height } = photo();
      const frame = h('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'xMidYMid meet', role: 'img',
        'aria-label': label },
        !counted && h('path', {
          class: 'outside', 'fill-rule': 'evenodd',
          d: `M0 0H${width}V${height}H0Z M${box.left} ${box.top}V${box.bottom}H${box.right}V${box.top}Z`,
        }),
        h('rect', {
          class: 'field', x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top,
          'vector-effect': 'non-scaling-stroke',
        }));
      replace(over, counted ? placed(heatMap(roots(counted), 0, 1, (share) => 0.35 + 0.65 * share), counted.crop)
        : null, frame);
    },
  };
}

/** A map enlarged to the part of the photo that the network saw; the browser interpolates between centres. */
function placed(map, crop) {
  const { width, height } = photo();
  const shrink = Math.min(1, 1024 / Math.max(width, height));
  const canvas = h('canvas', { width: Math.round(width * shrink), height: Math.round(height * shrink),
    class: 'layer' });
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.scale(shrink, shrink);
  context.drawImage(map, crop.left, crop.top, crop.right - crop.left, crop.bottom - crop.top);
  return canvas;
}

/** Says how long it has been computing, with a way to give it up. What is quick never shows it. */
function waiting(legend, method, stop) {
  const seconds = h('span', { class: 'number' });
  const start = performance.now();
  const tell = () => { seconds.textContent = t('evidence.seconds', { seconds: format.decimal((performance.now()
    - start) / 1000) }); };
  const show = () => {
    tell();
    replace(legend, h('span', { class: 'small quiet' }, t(`evidence.computing.${method}`), ' ', seconds),
      button(t('cancel'), stop, { id: 'stop-evidence' }));
  };
  const first = setTimeout(show, 300);
  const ticks = setInterval(tell, 100);
  return { stop: () => {
    clearTimeout(first);
    clearInterval(ticks);
  } };
}

/** The effective field falls so steeply that on an even scale it is a dot: its colours follow the square root. */
function roots({ map, maximum }) {
  return map.map((row) => row.map((value) => Math.sqrt(Math.max(value, 0) / (maximum || 1))));
}

/**
 * Occlusion's places as even cells: each value stands in the middle of its patch, and the last patch of a row lies at the
 * edge, so that it is nearer to its neighbour than the others.
 */
function evenly({ map, patch, stride, crop }) {
  const sides = [crop.height, crop.width];
  const middles = [map.length, map[0].length].map((count, axis) => Array.from({ length: count }, (_, index) =>
    Math.min(index * stride, sides[axis] - patch) + patch / 2));
  const cells = sides.map((side) => Math.min(side, 56));
  const steps = cells.map((count, axis) => Array.from({ length: count }, (_, cell) =>
    between(middles[axis], (cell + 0.5) * sides[axis] / count)));
  return steps[0].map(([top, down]) => steps[1].map(([left, right]) => {
    const [upper, lower] = [map[top], map[Math.min(top + 1, map.length - 1)]].map((row) =>
      row[left] + (row[Math.min(left + 1, row.length - 1)] - row[left]) * right);
    return upper + (lower - upper) * down;
  }));
}

/** The last of the middles before a place, and the share of the way to the next. */
function between(middles, place) {
  const index = Math.max(middles.findLastIndex((middle) => middle <= place), 0);
  const next = middles[index + 1];
  return [index, next === undefined ? 0 : Math.min(Math.max((place - middles[index]) / (next - middles[index]), 0), 1)];
}
