// Two services in one process, recorded from outside.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Container } from 'typedi';
import { Recorder, TRACE_HEADER } from 'radiograph';
import { assertTree, startRecording, type OngoingRecording } from 'radiograph/testing';

describe('Two services', () => {
  const recorder = Container.get(Recorder);
  let stock: Server;

  before(async () => {
    stock = createServer((request, response) => {
      const header = request.headers[TRACE_HEADER];
      recorder.resume(header, `${request.method} ${request.url}`, () => response.end('3'), { segmentName: 'stock' });
    }).listen(0, '127.0.0.1');
    await once(stock, 'listening');
  });

  after(() => stock.close());

  // #region servers
  let recording: OngoingRecording;

  beforeEach(() => {
    recording = startRecording({ service: 'shop' });
  });

  afterEach(() => recording.stop());

  it('asks the stock within the order', async () => {
    await recorder.trace('POST /orders', () =>
      recorder.capture('ask', async () => {
        const { port } = stock.address() as AddressInfo;
        const headers = { [TRACE_HEADER]: recorder.header() };
        await (await fetch(`http://127.0.0.1:${port}/tea`, { headers })).text();
      }),
    );
    await recording.stop(); // waits for a server that ends after its answer

    assertTree(
      recording.trace,
      `
        shop  operation="POST /orders"
          ask
            stock  operation="GET /tea"
      `,
    );
  });
  // #endregion
});
