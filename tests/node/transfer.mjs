// Sends `SIZE` bytes of a file to a port, or fetches as many, in a process whose memory is measured:
//   node transfer.mjs up PORT FILE, or node transfer.mjs down PORT
// Prints, as JSON, how many bytes came back or down and by how many bytes the process grew.

import { host } from './host.mjs';
import { SIZE } from './size.mjs';

const [, , direction, port, path] = process.argv;
const isUp = direction === 'up';
const request = {
  method: isUp ? 'PUT' : 'GET',
  secure: false,
  host: '127.0.0.1',
  port: Number(port),
  target: '/',
  headers: [],
  parts: isUp ? [{ path, offset: 0, length: SIZE }] : [],
};

async function transfer(request) {
  const exchange = host.send(request, { patience: 30_000 }, () => {});
  await exchange.head();
  let received = 0;
  for (let chunk; (chunk = await exchange.chunk()); ) received += chunk.length;
  return received;
}

// What any request takes, however small, is not what is measured.
await transfer({ ...request, method: 'HEAD', parts: [] });
const before = process.memoryUsage.rss();
const received = await transfer(request);
const growth = process.resourceUsage().maxRSS * 1024 - before;
console.log(JSON.stringify({ received, growth }));
process.exit();
