/** The page's style and script, which stand in the page itself, and the policy that lets nothing else run. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const PAGE_STYLE = read('page.css');
export const PAGE_SCRIPT = read('page.js');

/** A plain hexagon, so that no browser asks for /favicon.ico. */
export const PAGE_ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23b00040' " +
  "d='M8 0l7 4v8l-7 4-7-4V4z'/%3E%3C/svg%3E";

/** `Content-Security-Policy`: even if a text of a server became markup, it could neither run nor load nor send anything. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${hash(PAGE_SCRIPT)}`,
  `style-src ${hash(PAGE_STYLE)}`,
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Changes with the page's code: a script that finds another one loads the page anew. */
export const PAGE_BUILD = createHash('sha256').update(PAGE_STYLE).update(PAGE_SCRIPT).digest('hex').slice(0, 12);
