// The photo as it is looked at: alone, as the network gets it, with evidence or a field drawn over it.

import * as api from './api.js';
import { h, replace } from './dom.js';
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
    setImage(photo().url, t('photo.alt', { name: photo().name }));
    replace(over);
  }

  return {
    element,
    show: plain,
    plain,

    /** The picture that the network got, as it got it. */
    async input(model, legend, signal) {
      const path = `v1/models/${encodeURIComponent(model)}/input`;
      const seen = await api.picture(path, { ...posted(), signal });
      replace(over);
      setImage(URL.createObjectURL(seen), t('view.inputAlt', { model }));
      replace(legend, h('span', { class: 'small quiet' }, t('view.inputNote')));
    },

    /** Where the layer found evidence for a class. */
    async evidence(model, index, legend, signal) {
      plain();
      const options = { ...posted(), signal };
      const path = `v1/models/${encodeURIComponent(model)}`;
      const answer = await api.json(`${path}/explain`, { ...options, query: { method: 'grad-cam', class: index } });
      if (!answer.has_evidence) {
        replace(legend, h('span', { class: 'small' },
          t('evidence.none', { label: answer.class.label, layer: answer.layer })));
        return;
      }
      const map = heatMap(answer.map, 0, answer.maximum, (share) => 0.1 + 0.6 * share);
      replace(over, placed(map, answer.crop.photo_region));
      replace(legend, h('span', { class: 'small quiet' },
        t('evidence.note', { label: answer.class.label, layer: answer.layer })),
        scale(0, answer.maximum));
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
      replace(over, counted ? placed(heatMap(counted.map, 0, counted.maximum, (share) => 0.15 + 0.85 * share),
        counted.crop) : null, frame);
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
