import { builtIn } from './built-in.js';

// The address of the daemon is one of these almost always: `node:net` takes 2 ms to load.
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The version of the address, as `net.isIP` tells it: 4, 6, or 0 for what is none. */
export function ipVersion(text: string): number {
  if (IPV4.test(text)) return 4;
  return text.includes(':') ? builtIn('node:net').isIP(text) : 0;
}
