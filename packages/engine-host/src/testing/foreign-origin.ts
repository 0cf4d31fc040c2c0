/**
 * Origins that are not of Node.js, as programs of an instance: `python` is a server of Python's standard library, `nginx`
 * reads every message to its end and gives it to the program behind it, which counts. Started with a folder of their own.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PYTHON = '/usr/bin/python3';
const NGINX = '/usr/sbin/nginx';

export const FOREIGN_ORIGINS = ['python', 'nginx'] as const;
export type ForeignOrigin = (typeof FOREIGN_ORIGINS)[number];

/** The program's arguments, for an instance. */
export function foreignProgram(origin: ForeignOrigin, folder: string): readonly string[] {
  return [import.meta.filename, origin, folder];
}

/** Why it cannot be tried here; false when it can. */
export function foreignProblem(origin: ForeignOrigin): string | false {
  const program = origin === 'python' ? PYTHON : NGINX;
  return existsSync(program) ? false : `${program} is not there`;
}

/** `$request_uri` is what came, so nginx changes no target; it must not try a message a second time. */
function nginxConfig(folder: string, listen: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr crit;
events { worker_connections 256; }
http {
  access_log off;
  keepalive_requests 100000;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  server {
    listen ${listen};
    location / {
      proxy_pass http://unix:${folder}/origin.sock:$request_uri;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_next_upstream off;
    }
  }
}
`;
}

async function run(origin: string, folder: string): Promise<void> {
  const { ADDRESS, PORT } = process.env;
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, nginxConfig(folder, `${ADDRESS}:${PORT}`));
  // The program behind nginx listens first.
  process.env['SOCKET'] = join(folder, 'origin.sock');
  if (origin === 'nginx') await import('./echo-origin.ts');
  const argv = origin === 'python' ? [join(import.meta.dirname, 'echo-origin.py')] : ['-p', folder, '-c', config];
  const child = spawn(origin === 'python' ? PYTHON : NGINX, argv, { stdio: 'inherit' });
  process.on('exit', () => child.kill('SIGKILL'));
  process.on('SIGTERM', () => process.exit(0));
  child.on('exit', () => process.exit(1));
}

const [, program, origin = '', folder = ''] = process.argv;
if (program === import.meta.filename) await run(origin, folder);
