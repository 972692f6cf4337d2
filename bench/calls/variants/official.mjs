import { requirePeer } from '../../peers/install.mjs';
import { detail, Workload, wrapMethods } from '../workload.mjs';

/** The official SDK as its guide shows: `captureAsyncFunc` around each method, the segment set by hand. */
export function official(port, isSampled) {
  process.env.AWS_XRAY_DAEMON_ADDRESS = `127.0.0.1:${port}`;
  const sdk = requirePeer('aws-xray-sdk-core');
  sdk.middleware.disableCentralizedSampling();
  wrapMethods(
    Workload,
    (name, original) =>
      function (index) {
        return sdk.captureAsyncFunc(`Workload.${name}`, async (subsegment) => {
          subsegment.addAnnotation('index', index);
          subsegment.addMetadata('detail', detail(index));
          await original.call(this, index);
          subsegment.close();
        });
      },
  );
  const workload = new Workload();
  const namespace = sdk.getNamespace();
  return {
    run: (index) =>
      namespace.runAndReturn(async () => {
        const segment = new sdk.Segment('bench');
        segment.notTraced = !isSampled;
        sdk.setSegment(segment);
        await workload.top(index);
        segment.close();
      }),
  };
}
