// A registry for `cargo xtask bench`: every request takes 50 ms, an evaluation 300 ms, and all is allowed.
// `serve` prints its port. `one-by-one PORT BATCHES` asks it as the earlier client did, one batch after another
// with two seconds between polls, and prints the milliseconds that a batch took.

import http from 'node:http';

const LATENCY = 50;
const EVALUATION = 300;

const [command, port, batches] = process.argv.slice(2);
if (command === 'serve') serve();
else await oneByOne(Number(port), Number(batches));

function serve() {
  const evaluations = new Map();
  const server = http.createServer(async (request, response) => {
    const started = performance.now();
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status, body) =>
      setTimeout(
        () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        LATENCY - (performance.now() - started),
      );
    if (request.method === 'POST') {
      const id = `e${evaluations.size}`;
      evaluations.set(id, { done: started + EVALUATION, scans: JSON.parse(Buffer.concat(chunks)).artifacts });
      answer(202, { data: { evaluationId: id } });
    } else if (request.url.includes('/bulk-evaluate/')) {
      const { done, scans } = evaluations.get(request.url.match(/bulk-evaluate\/(\w+)/)[1]);
      answer(200, { data: performance.now() < done ? { status: 'PROCESSING' } : { status: 'SUCCESS', scans } });
    } else {
      answer(200, { data: { identifier: 'npm', uuid: 'u', packageType: 'NPM' } });
    }
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

async function oneByOne(port, batches) {
  const base = `http://127.0.0.1:${port}/gateway/har/api/v3/scans/bulk-evaluate`;
  const started = performance.now();
  for (let batch = 0; batch < batches; batch += 1) {
    const start = await fetch(base, { method: 'POST', body: JSON.stringify({ artifacts: [] }) });
    const { data } = await start.json();
    let status = 'PENDING';
    while (status !== 'SUCCESS') {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const poll = await fetch(`${base}/${data.evaluationId}`);
      status = (await poll.json()).data.status;
    }
  }
  console.log((performance.now() - started) / batches);
}
