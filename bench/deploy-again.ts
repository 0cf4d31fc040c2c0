/**
 * The second deploy of a folder, unchanged and with one changed file, against `buildah bud --layers` of the same. The
 * platform's figure holds everything until the URL is printed; the baseline only builds.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { writeFolder } from '../test/app-folder.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { prepareStaticServer } from './static-server.ts';

const METHOD = `The whole command \`slipway deploy FOLDER\` until it prints the URL of the app that serves the new image: pack,
upload, build in the sandbox, push to the registry, new revision, first instance. The baseline builds the same Dockerfile
with a warm layer cache and stops there: it pushes, starts and routes nothing.`;

const LIMITS = {
  unchanged: `The command line itself: Node.js starts and loads it, then come nine answers of the API, most of them one after the other,
that the platform has this source, an image of it and an app that serves it.`,
  changed: `The command line as for an unchanged folder, then one skopeo that brings the new layer into the local store (the push goes
beside it), and the start of a first instance. buildah runs only for instructions that run something; the baseline pushes, starts
and routes nothing.`,
} as const;

const DOCKERFILE = `FROM scratch
COPY hello-server /hello-server
COPY content.txt /content.txt
CMD ["/hello-server", "8080"]
`;

export const DEPLOY_AGAIN: readonly Figure[] = [
  deployFigure('unchanged', 'Deploy again, nothing changed'),
  deployFigure('changed', 'Deploy again, one file changed'),
];

function deployFigure(kind: 'unchanged' | 'changed', title: string): Figure {
  return {
    id: `deploy-${kind}`,
    title,
    unit: 'ms',
    better: 'lower',
    targets: [{ baseline: 'buildah bud --layers', ratio: kind === 'unchanged' ? 1 : 1.5 }],
    rounds: 9,
    method: METHOD,
    limit: LIMITS[kind],
    prepare: async (context, stack) => {
      const server = await prepareStaticServer(join(context.folder, `deploy-${kind}-server`));
      const folder = await writeFolder(join(context.folder, `deploy-${kind}`), {
        Dockerfile: DOCKERFILE,
        'content.txt': 'first',
      });
      await copyFile(server, join(folder, 'hello-server'));
      const changeMaybe = async (): Promise<void> => {
        if (kind === 'changed') await writeFile(join(folder, 'content.txt'), `${performance.now()}`);
      };
      return [
        buildahSeries(folder, { context, stack, changeMaybe }),
        ...(context.platform
          ? [platformSeries(folder, { platform: context.platform, changeMaybe, name: `deploy-${kind}` })]
          : []),
      ];
    },
  };
}

function buildahSeries(
  folder: string,
  parts: {
    readonly context: BenchContext;
    readonly stack: AsyncDisposableStack;
    readonly changeMaybe: () => Promise<void>;
  },
): Series {
  const store = [
    '--root',
    join(parts.context.folder, 'buildah'),
    '--runroot',
    join(parts.context.folder, 'buildah-run'),
  ];
  parts.stack.defer(async () => {
    await runProcess(['buildah', ...store, 'rmi', '--all', '--force'], { allowExitCodes: [0, 1, 125] });
  });
  return {
    name: 'buildah bud --layers',
    async measure() {
      await parts.changeMaybe();
      const startedAt = performance.now();
      await runProcess([
        'buildah',
        ...store,
        'bud',
        '--layers',
        '--isolation',
        'chroot',
        '--quiet',
        '--tag',
        'bench',
        folder,
      ]);
      return performance.now() - startedAt;
    },
  };
}

function platformSeries(
  folder: string,
  parts: {
    readonly platform: NonNullable<BenchContext['platform']>;
    readonly changeMaybe: () => Promise<void>;
    readonly name: string;
  },
): Series {
  return {
    name: 'slipway',
    async measure() {
      await parts.changeMaybe();
      const startedAt = performance.now();
      await parts.platform.deploy(folder, parts.name);
      return performance.now() - startedAt;
    },
  };
}
