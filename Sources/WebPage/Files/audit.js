// What a look at the photos has found.

import { h } from './dom.js';
import * as format from './format.js';
import { has, t } from './text.js';

function kindOf(kind) { return has(`finding.${kind}`) ? t(`finding.${kind}`) : kind; }

/** What is wrong with the photos, as far as their files tell. */
export function audit(found) {
  const several = (list) => list.map((files) => (Array.isArray(files) ? files.join(' = ') : files.file
    ?? JSON.stringify(files)));
  const lists = [
    ['unreadable', found.unreadable ?? []], ['duplicates', several(found.duplicates ?? [])],
    ['near_duplicates', several(found.near_duplicates ?? [])], ['contradictions', several(found.contradictions ?? [])],
    ['suspect_labels', (found.suspect_labels ?? []).map((item) => `${item.file}: ${item.label} → ${item.suggested}`)],
    ['findings', (found.findings ?? []).map((item) => `${item.file}: ${kindOf(item.kind)}`)],
  ].filter(([, items]) => items.length);
  if (!lists.length) return h('p', { class: 'good' }, t('audit.fine'));
  return h('div', { class: 'audit' }, lists.map(([name, items]) =>
    h('details', {}, h('summary', {}, `${t(`audit.${name}`)}: ${format.count(items.length)}`),
    h('ul', { class: 'small' }, items.slice(0, 50).map((item) => h('li', {}, item))))));
}
