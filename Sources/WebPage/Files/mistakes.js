// The photos that a new model took for something else, as pictures: those that the report's own page carries.

import * as api from './api.js';
import { h } from './dom.js';
import * as format from './format.js';
import { t } from './text.js';

const shown = 20;

/** A tile for each mistake. The pictures come after the words, and stay away where the report has none. */
export function mistakeTiles(mistakes, path, signal) {
  const places = new Map();
  const tiles = mistakes.slice(0, shown).map((item) => {
    const place = h('span', { class: 'mistake-photo' });
    places.set(item.file, [...places.get(item.file) ?? [], place]);
    return h('figure', { class: 'mistake', 'data-file': item.file }, place, h('figcaption', {},
      h('strong', {}, item.label), ' → ', h('span', { class: 'error' }, item.predicted), ' ',
      h('span', { class: 'number' }, format.percent(item.probability)),
      h('span', { class: 'file', title: item.file }, item.file)));
  });
  fill(places, path, signal);
  return h('div', { class: 'mistakes' }, tiles);
}

async function fill(places, path, signal) {
  let page;
  try {
    page = await api.text(path, { accept: 'text/html', signal });
  } catch {
    return;
  }
  // The rest of it has styles of its own, which the policy of this page has the browser complain about.
  const [section = ''] = page.match(/<section id="mistakes">[^]*?<\/section>/) ?? [];
  const parsed = new DOMParser().parseFromString(section, 'text/html');
  for (const image of parsed.querySelectorAll('img')) {
    const blob = unpacked(image.getAttribute('src') ?? '');
    for (const place of blob ? places.get(image.alt) ?? [] : []) {
      const url = URL.createObjectURL(blob);
      place.replaceChildren(h('img', { src: url, alt: t('report.photoAlt', { name: image.alt }),
        onload: () => URL.revokeObjectURL(url) }));
    }
  }
}

/** A picture that stands in the page itself, as base64: the page's policy lets it be shown as a blob alone. */
function unpacked(address) {
  const [, type, text] = address.match(/^data:(image\/(?:jpeg|png));base64,(.+)$/) ?? [];
  return text && new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], { type });
}
