// What is looked at stands in the address, so that a link shows the same: #classify?model=resnet8-cifar10&photo=chelsea
// It stands behind the number sign, which browsers keep to themselves: no server's log has it.

const listeners = new Set();
let current = read();

function read() {
  const [tab, query = ''] = location.hash.slice(1).split('?');
  return { ...Object.fromEntries(new URLSearchParams(query)), tab: decodeURIComponent(tab) };
}

export const state = new Proxy({}, { get: (_, name) => current[name] ?? '' });

/** The address that shows the same but for some changes; an empty value takes a member away. */
export function address(changes) {
  const { tab, ...members } = { ...current, ...changes };
  const query = new URLSearchParams(Object.entries(members).filter(([, value]) => value !== '' && value !== undefined));
  const text = query.toString();
  return `#${encodeURIComponent(tab)}${text ? `?${text}` : ''}`;
}

/** Goes there; with `quietly` the way back leads to where one was before. */
export function go(changes, { quietly = false } = {}) {
  const target = address(changes);
  if (target === location.hash) return;
  if (quietly) history.replaceState(null, '', target);
  else history.pushState(null, '', target);
  changed();
}

/** Has the address say what is shown already. */
export function note(changes) {
  history.replaceState(null, '', address(changes));
  current = read();
}

export function onChange(listener) { listeners.add(listener); }

function changed() {
  const before = current;
  current = read();
  for (const listener of [...listeners]) listener(before);
}

addEventListener('popstate', changed);
