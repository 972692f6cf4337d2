// Decorators of others beside ours.
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region mixing
/** A cache as other libraries bring it: it replaces the method. */
function Cached(_target: object, _key: string, descriptor: TypedPropertyDescriptor<(id: string) => string>): void {
  const known = new Map<string, string>();
  const { value: original } = descriptor;
  descriptor.value = function cached(this: unknown, id: string): string {
    const found = known.get(id) ?? Reflect.apply(original as (id: string) => string, this, [id]);
    known.set(id, found);
    return found;
  };
}

class Profiles {
  @Traced() // above: every call is traced, those that the cache answers too
  @Cached
  load(id: string): string {
    return this.read(id);
  }

  @Cached
  @Traced() // below: only what the cache lets through
  read(id: string): string {
    return id;
  }
}
// #endregion

const { trace } = await recordTrace(() => {
  const profiles = new Profiles();
  profiles.load('ann');
  profiles.load('ann');
  profiles.read('ann');
});
console.log(printTrace(trace));
