// The door for specs, in either dialect and either format.
import { Traced } from 'radiograph';
import { assertTree, recordTrace, startRecording } from 'radiograph/testing';
// There is no chai here, nor its types.
import { radiographChai } from 'radiograph/testing/chai';

class Till {
  @Traced()
  async open(cents: number): Promise<number> {
    return cents;
  }
}

async function main(): Promise<void> {
  const { trace, result } = await recordTrace(() => new Till().open(7));
  const [segment] = trace.roots;
  assertTree(trace, { name: 'test', children: ['Till.open'] });
  const recording = startRecording({ service: 'till' });
  await recording.stop();
  if (typeof radiographChai !== 'function' || recording.traces.length > 0)
    throw new Error('a door is not as it should be');
  console.log(result, segment?.name, segment?.children.map(({ name }) => name).join(' '));
}

void main();
