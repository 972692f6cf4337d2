// The door for specs, in either dialect and either format.
import { Traced } from 'radiograph';
import { assertTree, recordTrace, startRecording } from 'radiograph/testing';

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
  if (recording.traces.length > 0) throw new Error('something else was recorded');
  console.log(result, segment?.name, segment?.children.map(({ name }) => name).join(' '));
}

void main();
