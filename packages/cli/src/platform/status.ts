/** `slipway status`: what runs now, part by part, and how much of it. Exit code 7 when a part has failed. */
import { readStatus, type PlatformStatus } from '@slipway/setup';
import type { CommandContext } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { accessLines } from './access-lines.ts';
import { readContent, type PlatformContent } from './platform-content.ts';
import { renderStatus } from './render-status.ts';

export const command = defineCommand({
  options: {
    access: {
      names: ['--access'],
      kind: 'flag',
      summary: 'show by which commands others get in, and nothing else',
      default: 'false',
    },
    output: OUTPUT_OPTION,
    quiet: { names: ['--quiet', '-q'], kind: 'flag', summary: 'print errors only' },
  },
  async run({ options, context }) {
    const config = await context.platform();
    if (options.access === true) {
      context.terminal.write(`${accessLines(config).join('\n')}\n`);
      return;
    }
    const status = await readStatus(config);
    const content = status.state === 'ready' ? await contentOf(context, status) : undefined;
    const document = { ...status, ...content };
    const text = await renderOutput(options.output, document);
    context.terminal.write(text ?? renderStatus(document));
    if (Object.values(status.parts).some((part) => part.state === 'failed')) context.outcome.exit = 'unhealthy';
  },
});

/** A platform that stops answering in between tells nothing of it; the parts say why. */
async function contentOf(context: CommandContext, { tls }: PlatformStatus): Promise<PlatformContent | undefined> {
  try {
    const hasAuthority = tls.acme_directory !== undefined;
    return await readContent(await context.client(), { hasAuthority, signal: context.signal });
  } catch {
    return undefined;
  }
}
