// Preloaded with `--import` from the directory of a project: whatever is imported from outside that directory fails. Workers
// and forked children inherit it.
import { register } from 'node:module';

const hooks = `
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    const isForeign = resolved.url.startsWith('file:') && !resolved.url.startsWith(${JSON.stringify(new URL('.', import.meta.url).href)});
    if (isForeign) throw new Error(specifier + ' is taken from outside the project: ' + resolved.url);
    return resolved;
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
