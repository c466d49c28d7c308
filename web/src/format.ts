// Numbers, sizes and times in words.
import { FORMATS, formatNamed } from '../../src/formats.ts';
import type { RequestState } from './api/types.ts';

const whole = new Intl.NumberFormat('en');
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const dayTime = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

export function count(value: number): string {
  return whole.format(value);
}

/** `1 image`, `2 images`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** Decimal units, as shops and browsers count them. */
export function bytes(value: number): string {
  const sign = value < 0 ? '-' : '';
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${sign}${unit > 0 && size < 9.95 ? tenths.format(size) : whole.format(Math.round(size))} ${UNITS[unit]}`;
}

export function percent(value: number): string {
  return `${oneDigit.format(value)} %`;
}

/** How much less: `−57 %`, `0 %`, or `+3 %` when it became more. */
export function change(before: number, after: number): string {
  const saved = before > 0 ? Math.round((1 - after / before) * 100) : 0;
  if (saved === 0) return percent(0);
  return saved < 0 ? `+${percent(-saved)}` : `−${percent(saved)}`;
}

export function formatName(name: string): string {
  const format = formatNamed(name);
  return format ? FORMATS[format].label : name.toUpperCase();
}

export function rate(perSecond: number): string {
  return oneDigit.format(perSecond);
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function date(iso: string): string {
  return dateTime.format(new Date(iso));
}

/** The time of today, the day of earlier. */
export function shortDate(iso: string): string {
  const then = new Date(iso);
  return then.toDateString() === new Date().toDateString() ? dayTime.format(then) : day.format(then);
}

/** What a request was asked to do, in one line. */
export function optionsLine({ options }: RequestState): string {
  const { quality, format, max_width, max_height, metadata, keep_originals } = options;
  const parts = [`quality ${quality}`, format === null ? 'same format' : `as ${formatName(format)}`];
  if (max_width !== null || max_height !== null)
    parts.push(`at most ${max_width ?? '…'} × ${max_height ?? '…'} px`);
  if (metadata === 'none') parts.push('no metadata');
  if (keep_originals) parts.push('originals kept');
  return parts.join(' · ');
}
