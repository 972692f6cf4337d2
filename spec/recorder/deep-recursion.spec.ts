import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const APPLICATION = fileURLToPath(new URL('deep-recursion-application.js', import.meta.url));

// V8 ends a process that has to compile a regular expression where no stack is left for it.
describe('A traced method that runs out of the stack', () => {
  for (const sampling of ['all', 'none']) {
    it(`throws what it would untraced, with sampling: '${sampling}' and anomalies captured`, async () => {
      const child = fork(APPLICATION, [sampling], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      const [[caught], [code]] = (await Promise.all([
        Promise.race([once(child, 'message'), once(child, 'exit').then(() => ['nothing'])]),
        once(child, 'exit'),
      ])) as [[unknown], [number | null]];

      expect(caught).to.deep.equal(Array.from({ length: 5 }, () => 'RangeError'));
      expect(code).to.equal(0);
    });
  }
});
