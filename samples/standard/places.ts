// What only standard decorators can stand on.
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region standard-places
class Vault {
  open(turns: number): string {
    return this.#unlock(turns);
  }

  @Traced()
  #unlock(turns: number): string {
    return `open after ${turns}`;
  }

  @Traced() // works without the object, too: button.on('press', vault.ring)
  readonly ring = (): string => 'ringing';

  @Traced()
  accessor level = 1;
}
// #endregion

const { trace } = await recordTrace(() => {
  const vault = new Vault();
  vault.open(3);
  const { ring } = vault;
  ring();
  vault.level += 1;
});
console.log(printTrace(trace));
