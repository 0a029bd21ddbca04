// The built page, served on this machine, in a real Chromium.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { after } from 'node:test';

import { chromium } from 'playwright-core';

const dist = path.resolve(import.meta.dirname, '../../web/dist');
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Serves the page and starts the browser; both end with the test file. */
export async function start() {
  const server = await serve();
  const browser = await launch();
  after(async () => {
    await browser.close();
    server.close();
  });
  return { browser, url: `http://127.0.0.1:${server.address().port}/` };
}

async function serve() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = path.join(dist, pathname === '/' ? 'index.html' : path.normalize(pathname));
    try {
      const body = await readFile(file);
      response.setHeader('content-type', types[path.extname(file)] ?? 'application/octet-stream').end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Waits until the page has an answer to what it was given, and reads it back. */
export async function outcome(page) {
  // By the clock: Chromium may draw no frame for a while after a drop, and frames are what it waits for otherwise.
  const isAnswered = () => ['done', 'failed'].includes(document.documentElement.dataset.state);
  await page.waitForFunction(isAnswered, null, { polling: 100 });
  return page.evaluate(() => window.hcReport());
}
