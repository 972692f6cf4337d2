// The same application, traced and not: the first argument says which.
import * as radiograph from 'radiograph';
import type { TracingOptions } from 'radiograph';
import type { ContainerInstance } from 'typedi';

/** `untraced`, or how it is traced; every way but `traced` itself sends nothing. */
export const mode = process.argv[2] ?? 'traced';
export const isUntraced = mode === 'untraced';

const nothing = (): never => (() => undefined) as never;
type Decorators = Pick<typeof radiograph, 'Annotate' | 'Metadata' | 'Traced' | 'Untraced'>;
const decorators: Decorators = isUntraced
  ? { Annotate: nothing, Metadata: nothing, Traced: nothing, Untraced: nothing }
  : radiograph;
export const { Annotate, Metadata, Traced, Untraced } = decorators;

/** What the recorder is in the untraced application: nothing of the package's. */
class NoRecorder {
  resume<T>(_header: unknown, _operation: string, fn: () => T): T {
    return fn();
  }

  trace<T>(_operation: string, fn: () => T): T {
    return fn();
  }

  capture<T>(_name: string, fn: () => T): T {
    return fn();
  }

  annotate(): void {}
}

const failed = new Set<string>();
const fail = (what: string) => (): never => {
  failed.add(what);
  throw new Error(`the ${what} fails`);
};
const logger = { debug: fail('logger'), info: fail('logger'), warn: fail('logger'), error: fail('logger') };
const nowhere = {
  emit: (): void => undefined,
  flush: (): Promise<void> => Promise.resolve(),
  close: (): Promise<void> => Promise.resolve(),
};

/** What `forRoot` is given in each mode; in those that are missing it is not called. */
function optionsFor(service: string): TracingOptions | undefined {
  const options = { service, sampling: 'all', contextMissing: 'IGNORE_ERROR' } as const;
  const modes: Readonly<Record<string, TracingOptions>> = {
    traced: options,
    unsampled: { ...options, sampling: 'none' },
    disabled: { ...options, enabled: false },
    'failing-sampler': { ...options, sampling: { isSampled: fail('sampler') }, emitter: nowhere, logger },
    failing: {
      ...options,
      emitter: { emit: fail('emitter'), flush: fail('emitter'), close: fail('emitter') },
      beforeSend: fail('beforeSend'),
      classifyError: fail('classifier'),
      contextMissing: fail('strategy'),
      logger,
    },
  };
  return modes[mode];
}

/** What has to have failed by the end. */
const FAILURES: Readonly<Record<string, readonly string[]>> = {
  failing: ['beforeSend', 'classifier', 'emitter', 'logger', 'strategy'],
  'failing-sampler': ['logger', 'sampler'],
};

/** Starts to trace as the mode wants it: the process, or what a container of its own begins. */
export function openTracing(
  service: string,
  container?: ContainerInstance,
): { recorder: radiograph.Recorder; close(): Promise<void> } {
  const options = optionsFor(service);
  if (options === undefined) {
    const recorder = isUntraced ? (new NoRecorder() as unknown as radiograph.Recorder) : new radiograph.Recorder();
    container?.set(radiograph.Recorder, recorder);
    return { recorder, close: () => Promise.resolve() };
  }
  const tracing = radiograph.TracingModule.forRoot(Object.assign(options, container && { container }));
  const close = async (): Promise<void> => {
    await tracing.close();
    const missing = FAILURES[mode]?.filter((what) => !failed.has(what)) ?? [];
    if (missing.length > 0) throw new Error(`was to fail, and was never asked: ${missing.join(', ')}`);
  };
  return { recorder: tracing.recorder, close };
}
