// Takes datagrams and prints the port on which it does.
import { createSocket } from 'node:dgram';

const socket = createSocket('udp4');
socket.on('message', () => undefined);
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port));
