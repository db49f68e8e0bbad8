// API: the reference, made from openapi.yaml when the program was built.

import * as api from './api.js';
import { h, replace, settled, skeleton } from './dom.js';
import { state } from './state.js';
import { t } from './text.js';

export function mount(root, app) {
  const content = h('div', { class: 'reference', lang: 'en' }, skeleton(640));
  const search = h('input', {
    type: 'search', id: 'reference-search', placeholder: t('api.search'), 'aria-label': t('api.search'),
    oninput: settled(100, () => filter()),
  });
  const nothing = h('p', { class: 'small nothing', role: 'status' });
  const controller = new AbortController();
  replace(root, h('h1', {}, t('api.title')), h('p', {}, t('api.what')),
    h('div', { class: 'row' }, search, h('a', { href: 'openapi.yaml', class: 'target' }, 'openapi.yaml')), nothing,
    content);
  load();
  return { unmount: () => controller.abort() };

  async function load() {
    await app.attempt(content, controller.signal, async () => {
      const response = await api.ask('page/reference.html', { signal: controller.signal });
      const parsed = new DOMParser().parseFromString(await response.text(), 'text/html');
      replace(content, [...parsed.body.childNodes].map((node) => document.importNode(node, true)));
    });
    for (const link of content.querySelectorAll('.schema-link')) link.addEventListener('click', follow);
    for (const table of content.querySelectorAll('.scroll')) table.tabIndex = 0;
    if (state.operation) open(`operation-${state.operation}`);
  }

  /** The address holds the state of the page, so that links within the reference are followed by hand. */
  function follow(event) {
    event.preventDefault();
    open(event.currentTarget.getAttribute('href').slice(1));
  }

  function open(id) {
    const details = document.getElementById(id);
    if (!details) return;
    details.open = true;
    details.scrollIntoView({ block: 'start' });
    details.querySelector('summary').focus({ preventScroll: true });
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const details of content.querySelectorAll('details')) {
      const text = details.querySelector('summary').textContent.toLowerCase();
      details.hidden = !words.every((word) => text.includes(word));
      if (!details.hidden) found += 1;
    }
    nothing.textContent = found ? '' : t('search.nothing', { text: search.value.trim() });
  }
}
