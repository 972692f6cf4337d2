import xray from 'aws-xray-sdk-core';

class Orders {
  place(id) {
    return xray.captureAsyncFunc('Orders.place', async (subsegment) => {
      try {
        return { id };
      } catch (error) {
        subsegment?.addError(error);
        throw error;
      } finally {
        subsegment?.close();
      }
    });
  }
}

const orders = new Orders();

// In Lambda the segment is there already.
export const handler = (event) => orders.place(event.id);
