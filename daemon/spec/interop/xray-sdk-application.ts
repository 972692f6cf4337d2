// An ordinary application of the official SDK. It knows nothing of this daemon but AWS_XRAY_DAEMON_ADDRESS.
import http from 'node:http';
import AWSXRay from 'aws-xray-sdk-core';

class OrderFailed extends Error {
  override readonly name = 'OrderFailed';
}

AWSXRay.captureHTTPsGlobal(http, true);

const server = http.createServer((request, response) => {
  response.statusCode = request.url === '/busy' ? 429 : 404;
  response.end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' ? address?.port : undefined;

const segment = new AWSXRay.Segment('shop');
await AWSXRay.getNamespace().runPromise(async () => {
  AWSXRay.setSegment(segment);
  segment.addAnnotation('operation', 'place order');
  segment.addAnnotation('customer', 42);
  segment.addMetadata('cart', { items: [{ sku: 'a', amount: 2 }] }, 'shop');

  AWSXRay.captureFunc('price cart', (outer) => {
    outer?.addMetadata('currency', 'EUR');
    AWSXRay.captureFunc('add taxes', (inner) => inner?.addAnnotation('country', 'FR'));
  });

  await visit('/missing');
  await visit('/busy');

  await AWSXRay.captureAsyncFunc('look up stock', async (subsegment) => {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    subsegment?.addErrorFlag();
    subsegment?.addThrottleFlag();
    subsegment?.close();
  });

  try {
    AWSXRay.captureFunc('place', () =>
      AWSXRay.captureFunc('pay', () =>
        AWSXRay.captureFunc('authorize', () => {
          throw new OrderFailed('the card has expired');
        }),
      ),
    );
  } catch (error) {
    segment.addError(error instanceof Error ? error : String(error));
  }
  segment.close();
});
server.close();

function visit(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
        response.resume();
        response.on('end', resolve);
      })
      .on('error', reject);
  });
}
