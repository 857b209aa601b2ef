/** The proxy of pipe.mjs: node pipe-server.mjs <listen port> <origin port> */
import { connect, createServer } from 'node:net';

const [listenPort, originPort] = process.argv.slice(2).map(Number);
const options = { allowHalfOpen: true, noDelay: true };

createServer(options, (client) => {
  const server = connect({ ...options, port: originPort, host: '127.0.0.1' });
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.pipe(server);
  server.pipe(client);
}).listen(listenPort, '127.0.0.1');
