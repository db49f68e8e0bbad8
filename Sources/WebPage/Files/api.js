// Everything that the page asks of its server.

import { has, t } from './text.js';

const base = new URL('./', document.baseURI);
const health = new EventTarget();
let key = '';
let operations = new Map();
let isGone = false;

/** What the server refuses, as problem+json says it. */
export class Problem extends Error {
  constructor(status, document, retryAfter) {
    super(document.detail ?? `HTTP ${status}`);
    this.status = status;
    this.kind = (document.type ?? '').replace('/problems/', '');
    this.limit = document.limit;
    this.accepted = document.accepted;
    this.retryAfter = document.retry_after ?? Number(retryAfter || 0);
    /** The model that it is about, where its path names one. */
    this.model = decoded(document.instance?.match(/\/v1\/models\/([^/]+)/)?.[1]);
  }
}

function decoded(text) {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** No answer came. */
export class NoAnswer extends Error {
  constructor(sent) {
    super('no answer');
    this.kind = isGone ? 'gone' : sent ? 'interrupted' : 'broken';
    this.sent = sent;
  }
}

/** Holds the key in this tab's memory, and nowhere else. */
export function useKey(text) { key = text.trim(); }
export function hasKey() { return key !== ''; }

/** Whether the server has an operation, such as `GET /v1/models`, and lets this page use it. */
export function can(operation) { return operations.get(operation)?.allowed === true; }

/** Asks what there is. */
export async function discover() {
  const answer = await json('v1');
  operations = new Map(answer.operations.map((operation) => [`${operation.method} ${operation.path}`, operation]));
  return answer;
}

export function address(path, query = {}) {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

/** The response, if it is one of success. */
export async function ask(path, { method = 'GET', query, body, type, accept, signal, fields = {} } = {}) {
  const headers = { ...fields };
  if (key) headers.Authorization = `Bearer ${key}`;
  if (type) headers['Content-Type'] = type;
  if (accept) headers.Accept = accept;
  let response;
  try {
    response = await fetch(address(path, query), { method, body, headers, signal, cache: 'no-cache' });
  } catch (error) {
    if (signal?.aborted) throw error;
    await lookForServer();
    throw new NoAnswer(body?.size ?? 0);
  }
  if (!response.ok) {
    const document = await response.json().catch(() => ({}));
    throw new Problem(response.status, document, response.headers.get('Retry-After'));
  }
  return response;
}

export async function json(path, options = {}) {
  return (await ask(path, { accept: 'application/json', ...options })).json();
}

export async function text(path, options = {}) { return (await ask(path, options)).text(); }

export async function picture(path, options = {}) {
  return (await ask(path, { accept: 'image/png', ...options })).blob();
}

/**
 * Server-sent events, which EventSource could not ask for with a key. Comes back after a break, and where they are
 * endless after their end too, until `signal` is given.
 */
export async function events(path, onEvent, { signal, after, endless = false } = {}) {
  let last = after;
  while (!signal.aborted) {
    try {
      const fields = last ? { 'Last-Event-ID': last } : {};
      const response = await ask(path, { accept: 'text/event-stream', signal, fields });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        for (const block of blocks) {
          const event = parsed(block);
          if (event.id) last = event.id;
          if (event.data) onEvent(event.name, JSON.parse(event.data));
          if (event.name === 'end' && !endless) return;
        }
      }
      if (!endless) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof NoAnswer) && !(error instanceof TypeError)) throw error;
      await lookForServer();
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function parsed(block) {
  const event = { name: 'message', data: '', id: '' };
  for (const line of block.split('\n')) {
    const [, field, value] = line.match(/^(\w+): ?(.*)$/) ?? [];
    if (field === 'event') event.name = value;
    if (field === 'data') event.data += value;
    if (field === 'id') event.id = value;
  }
  return event;
}

/** Tells `gone` and `back`. */
export function onHealth(name, listener) { health.addEventListener(name, listener); }

async function isAlive() {
  try {
    return (await fetch(address('healthz'), { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/** Finds out whether the server is there; if not, goes on looking until it is. */
async function lookForServer() {
  if (isGone) return;
  if (await isAlive()) return;
  isGone = true;
  health.dispatchEvent(new Event('gone'));
  const look = async () => {
    if (!(await isAlive())) {
      setTimeout(look, 1500);
      return;
    }
    isGone = false;
    health.dispatchEvent(new Event('back'));
  };
  setTimeout(look, 1000);
}

/** An error as a sentence with what to do. */
export function sentence(error) {
  const values = {
    limit: error.limit === undefined ? '' : new Intl.NumberFormat(document.documentElement.lang).format(error.limit),
    seconds: error.retryAfter || 1, accepted: (error.accepted ?? []).join(', '), detail: error.message,
    size: ((error.sent ?? 0) / 1e6).toFixed(1),
  };
  const text = `error.${error.kind}`;
  if (error.kind && has(text)) return t(text, values);
  return t('error.other', values);
}

/** Whether the same question may be answered another time: a refusal of what it asks for stays one. */
export function mayPass(error) {
  return error instanceof NoAnswer || passes(error) || error.status >= 500 || error.status === 408;
}

/** Whether trying again in a while may help. */
export function passes(error) {
  return ['model-not-ready', 'not-ready', 'overloaded', 'too-many-requests', 'gone'].includes(error.kind);
}
