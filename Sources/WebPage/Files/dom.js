// Elements made by hand: no markup is ever put together from strings that others chose.

const SVG = 'http://www.w3.org/2000/svg';
const svgNames = new Set(['svg', 'g', 'path', 'rect', 'line', 'polyline', 'circle', 'text', 'title']);

/** An element with attributes (`onclick` and the like are listeners) and children. */
export function h(name, attributes = {}, ...children) {
  const element = svgNames.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value') element.value = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...present(children));
  return element;
}

/** Children that are there: a condition may leave its own out. */
function present(children) {
  return children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false);
}

export function replace(parent, ...children) {
  parent.replaceChildren(...present(children));
}

/** A drawing of the server's as an element of this page; scripts in it would not run, and the server draws none. */
export function drawing(source) {
  const root = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
  if (root.namespaceURI !== SVG) throw new Error('not a drawing');
  return document.importNode(root, true);
}

/** A box that holds the place of what is still on its way. */
export function skeleton(height) {
  const box = h('div', { class: 'skeleton', 'aria-hidden': 'true' });
  box.style.height = `${height}px`;
  return box;
}

/** A button with a name. */
export function button(name, onclick, attributes = {}) {
  return h('button', { type: 'button', onclick, ...attributes }, name);
}

/** Runs the last of several calls that come quickly after one another. */
export function settled(milliseconds, run) {
  let timer;
  let last = null;
  const later = (...values) => {
    clearTimeout(timer);
    last = values;
    timer = setTimeout(later.now, milliseconds);
  };
  /** Does at once what is waiting, if anything is. */
  later.now = () => {
    clearTimeout(timer);
    const values = last;
    last = null;
    if (values) run(...values);
  };
  return later;
}

/** A bar that shows a share, and tells it to those who do not see it. */
export function bar(name, value, most = 1) {
  const fill = h('span', {});
  fill.style.width = `${value / most * 100}%`;
  return [
    h('meter', { class: 'visually-hidden', min: 0, max: most, value, 'aria-label': name }),
    h('span', { class: 'track', 'aria-hidden': 'true' }, fill),
  ];
}
