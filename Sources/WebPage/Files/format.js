import { language } from './text.js';

const formatters = new Map();

function formatter(options) {
  const key = language() + JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.NumberFormat(language(), options));
  return formatters.get(key);
}

/** A whole number, all of it. */
export function count(value) { return formatter({ maximumFractionDigits: 0 }).format(value); }

export function decimal(value, digits = 1) {
  return formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function percent(value, digits = 1) {
  return formatter({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A count in short: 714.19 M. */
export function short(value) { return scaled(value, 1000, ['', 'k', 'M', 'G', 'T']); }

/** Bytes in units of the thousand, as the API counts them. */
export function bytes(value) { return scaled(value, 1000, ['B', 'kB', 'MB', 'GB', 'TB']); }

function scaled(value, step, units) {
  let index = 0;
  while (Math.abs(value) >= step && index < units.length - 1) {
    value /= step;
    index += 1;
  }
  return `${index === 0 ? count(value) : decimal(value, 2)} ${units[index]}`.trim();
}

export function milliseconds(value) { return `${decimal(value, 1)} ms`; }

/** 64 × 55 × 55 */
export function shape(dimensions) { return (dimensions ?? []).join(' × '); }

/** A value of a map or a filter, in few characters. */
export function value(number) {
  const size = Math.abs(number);
  if (size !== 0 && (size < 0.001 || size >= 10000)) return number.toExponential(1);
  return decimal(number, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export function time(text) {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(text));
}
