import { state } from './state.js';

const languages = ['en', 'ko'];
let texts = {};

/** The language: the one in the address, else the first of the browser's that there is. */
export function language() {
  if (languages.includes(state.lang)) return state.lang;
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => languages.includes(tag));
  return preferred ?? 'en';
}

export async function loadTexts() {
  texts = await (await fetch(new URL(`${language()}.json`, import.meta.url))).json();
  document.documentElement.lang = language();
}

/** A text, with `{name}` replaced. */
export function t(key, values = {}) {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The text of an answer that has it in both languages. */
export function own(texts) { return typeof texts === 'string' ? texts : texts?.[language()] ?? texts?.en ?? ''; }

export function has(key) { return key in texts; }
