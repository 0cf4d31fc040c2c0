/** Small apps written to a folder for one test: each is the shortest program that shows one behaviour. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes files (path → text) below `folder` and returns it. */
export async function writeFolder(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  return folder;
}

export const EXITS_AT_ONCE = {
  Dockerfile: `FROM slipway/node:24\nCMD ["node", "-e", "console.error('no database here'); process.exit(3)"]\n`,
};

export const NEVER_LISTENS = {
  Dockerfile: `FROM slipway/node:24\nCMD ["node", "-e", "setInterval(() => {}, 1000)"]\n`,
};

/** Answers with its instance's name after 100 ms, so that load makes it grow. */
export const SLOW_HELLO = {
  'package.json': JSON.stringify({ name: 'slow', scripts: { start: 'node server.js' } }),
  'server.js': `
    const { createServer } = require('node:http');
    const name = process.env.HOSTNAME;
    console.log('Started ' + name);
    const server = createServer((request, response) => setTimeout(() => response.end(name), 100));
    server.listen(process.env.PORT || 8080);
    process.on('SIGTERM', () => { console.log('Ended ' + name); server.close(() => process.exit(0)); });
  `,
};

export function textApp(text: string): Readonly<Record<string, string>> {
  return {
    'package.json': JSON.stringify({ name: 'text', scripts: { start: 'node server.js' } }),
    'server.js': `
      require('node:http').createServer((request, response) => response.end(${JSON.stringify(text)}))
        .listen(process.env.PORT || 8080);
    `,
  };
}

/** A site of one page: the quickest thing to build and start. */
export function siteOf(text: string): Readonly<Record<string, string>> {
  return { 'index.html': `<!doctype html><title>${text}</title><p>${text}</p>\n` };
}
