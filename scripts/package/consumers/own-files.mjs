// Preloaded with `--import` from the directory of a project: what is imported or required from outside that directory fails.
// Workers and forked children inherit it. Node 20 has no such hooks; it runs the same files as the others.
import module from 'node:module';

const project = new URL('.', import.meta.url).href;

module.registerHooks?.({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (resolved.url.startsWith('file:') && !resolved.url.startsWith(project)) {
      throw new Error(`${specifier} is taken from outside the project: ${resolved.url}`);
    }
    return resolved;
  },
});
