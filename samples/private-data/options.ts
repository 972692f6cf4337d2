// #region options
import { TracingModule, type Emitter } from 'radiograph';

export function startTracing(emitter: Emitter): TracingModule {
  return TracingModule.forRoot({
    service: 'shop',
    sampling: 'all',
    emitter,
    redact: {
      keys: ['customerNumber', /^x-internal-/i], // on top of the defaults, at any depth
      paths: ['login.birthday', 'cart.items.*.note', 'profile.**.phone'], // from the key of the metadata on
      values: [/[\w.+-]+@[\w-]+\.\w+/], // in any text
      allow: ['csrfToken'], // secret by default, and not here
    },
    metadataLimits: { depth: 8, breadth: 100, bytes: 4096 },
  });
}
// #endregion
