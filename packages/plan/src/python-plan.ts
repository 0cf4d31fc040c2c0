/** Python: requirements in a layer of their own, then the app; started by Procfile, `main.py` or `app.py`. */
import { APP_DIR, type Detection, type PlanStep, SCRATCH_DIR, type SourceFacts } from './build-plan.ts';
import { procfileCommand } from './procfile.ts';

export const PYTHON_BASE = 'slipway/python:3';
const ENTRY_FILES = ['main.py', 'app.py'];
const PACKAGES_DIR = `${APP_DIR}/.packages`;

export function detectPython(facts: SourceFacts): Detection | undefined {
  const required = facts.files.has('requirements.txt');
  const entry = ENTRY_FILES.find((file) => facts.files.has(file));
  if (!required && entry === undefined) return undefined;
  const line = procfileCommand(facts.procfile);
  const command = startCommand(line, entry);
  if (command === undefined) {
    const message =
      'Cannot find how to start the Python app: there is a requirements.txt, but no main.py, app.py or Procfile with a ' +
      '"web:" line. Add one of them, or add a Dockerfile';
    return { found: false, message };
  }
  const install: readonly PlanStep[] = [
    { kind: 'copy', from: ['requirements.txt'], to: './' },
    {
      kind: 'run',
      argv: ['python3', '-m', 'pip', 'install', '--no-cache-dir', '--target', PACKAGES_DIR, '-r', 'requirements.txt'],
      environment: { HOME: SCRATCH_DIR, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    },
  ];
  return {
    found: true,
    plan: {
      language: 'python',
      summary: `Python app, start: ${line ?? command.join(' ')}`,
      base: PYTHON_BASE,
      workingDir: APP_DIR,
      environment: {
        PYTHONUNBUFFERED: '1',
        ...(required ? { PYTHONPATH: PACKAGES_DIR, PATH: `${PACKAGES_DIR}/bin:$PATH` } : {}),
      },
      steps: [...(required ? install : []), { kind: 'copy', from: ['.'], to: './' }],
      command,
      ignored: ['.git', '__pycache__', '.venv'],
    },
  };
}

function startCommand(line: string | undefined, entry: string | undefined): readonly string[] | undefined {
  if (line !== undefined) return ['/bin/sh', '-c', line];
  return entry === undefined ? undefined : ['python3', entry];
}
