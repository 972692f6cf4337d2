import { requirePeer } from '../../peers/install.mjs';
import { detail, METHODS, Workload } from '../workload.mjs';

/** `@tracer.captureMethod()` on each method, which puts its annotation and metadata itself, in a segment of the SDK beneath. */
export function powertools(port) {
  process.env.AWS_XRAY_DAEMON_ADDRESS = `127.0.0.1:${port}`;
  // It traces within Lambda alone, and tells Lambda by this.
  process.env.AWS_EXECUTION_ENV = `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`;
  const { Tracer } = requirePeer('@aws-lambda-powertools/tracer');
  const sdk = requirePeer('aws-xray-sdk-core');
  sdk.middleware.disableCentralizedSampling();
  const tracer = new Tracer({ serviceName: 'bench', captureHTTPsRequests: false });
  const { prototype } = Workload;
  for (const name of METHODS) {
    const original = prototype[name];
    const value = function (index) {
      tracer.putAnnotation('index', index);
      tracer.putMetadata('detail', detail(index));
      return original.call(this, index);
    };
    const descriptor = { ...Object.getOwnPropertyDescriptor(prototype, name), value };
    tracer.captureMethod({ subSegmentName: `Workload.${name}` })(prototype, name, descriptor);
    Object.defineProperty(prototype, name, descriptor);
  }
  const workload = new Workload();
  const namespace = sdk.getNamespace();
  return {
    run: (index) =>
      namespace.runAndReturn(async () => {
        const segment = new sdk.Segment('bench');
        tracer.setSegment(segment);
        await workload.top(index);
        segment.close();
      }),
  };
}
