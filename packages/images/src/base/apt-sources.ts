/**
 * Which package sources of this machine belong to its distribution, so that base images come from the mirrors the
 * machine itself uses. Pure. Third parties' repositories are left out: their keys are not in a new root file system,
 * and an image must not depend on them.
 */

export interface Distribution {
  /** `debian`, `ubuntu`. */
  readonly id: string;
  /** `12`, `24.04`. */
  readonly version: string;
  /** `bookworm`, `noble`. */
  readonly codename: string;
}

/** Reads os-release(5); undefined when it names no version or codename. */
export function parseOsRelease(text: string): Distribution | undefined {
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Z_]+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim());
      return match ? [[match[1] ?? '', match[2] ?? match[3] ?? match[4] ?? ''] as const] : [];
    }),
  );
  const [id, version, codename] = [values.get('ID'), values.get('VERSION_ID'), values.get('VERSION_CODENAME')];
  return id && version && codename ? { id, version, codename } : undefined;
}

interface Source {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy: string;
  readonly trusted: boolean;
}

const SUITE_ENDINGS = ['', '-updates', '-security'] as const;

export interface AptFile {
  readonly path: string;
  readonly content: string;
}

/** `deb …` lines for mmdebstrap, without duplicates; empty when the machine's sources say nothing usable. */
export function distributionSources(files: readonly AptFile[], distribution: Distribution): readonly string[] {
  const suites = SUITE_ENDINGS.map((ending) => `${distribution.codename}${ending}`);
  const sources = files.flatMap(({ path, content }) =>
    path.endsWith('.sources') ? parseDeb822(content) : parseOneLine(content),
  );
  const lines = sources
    .filter(isOfDistribution)
    .flatMap((source) =>
      source.uris
        .filter((uri) => /^https?:\/\//.test(uri))
        .flatMap((uri) =>
          source.suites
            .filter((suite) => suites.includes(suite))
            .map(
              (suite) => `deb ${source.trusted ? '[trusted=yes] ' : ''}${uri} ${suite} ${source.components.join(' ')}`,
            ),
        ),
    );
  const unique = [...new Set(lines)];
  const hasMain = unique.some((line) => line.includes(` ${distribution.codename} `));
  return hasMain ? unique : [];
}

/** The distribution's own archives have a component `main` and are signed with its own keyring. */
function isOfDistribution(source: Source): boolean {
  const signed =
    source.signedBy === '' || /\/(?:debian|ubuntu)-archive-[a-z-]*keyring\.(?:gpg|pgp|asc)$/.test(source.signedBy);
  return signed && source.components.includes('main');
}

function parseOneLine(content: string): readonly Source[] {
  return content.split('\n').flatMap((line) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line.trim());
    const [, options = '', uri, suite, components] = match ?? [];
    if (uri === undefined || suite === undefined || components === undefined) return [];
    return [
      {
        uris: [uri],
        suites: [suite],
        components: words(components),
        signedBy: /signed-by=(\S+)/i.exec(options)?.[1] ?? '',
        trusted: /trusted=yes/i.test(options),
      },
    ];
  });
}

function parseDeb822(content: string): readonly Source[] {
  const withoutComments = content.split('\n').filter((line) => !line.startsWith('#'));
  return withoutComments
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = new Map<string, string>();
      let name = '';
      for (const line of stanza.split('\n')) {
        const match = /^([A-Za-z-]+):(.*)$/.exec(line);
        name = match?.[1]?.toLowerCase() ?? name;
        fields.set(name, `${fields.get(name) ?? ''} ${match?.[2] ?? line}`.trim());
      }
      const types = words(fields.get('types') ?? '');
      if (!types.includes('deb') || fields.get('enabled') === 'no') return [];
      return [
        {
          uris: words(fields.get('uris') ?? ''),
          suites: words(fields.get('suites') ?? ''),
          components: words(fields.get('components') ?? ''),
          signedBy: fields.get('signed-by') ?? '',
          trusted: fields.get('trusted') === 'yes',
        },
      ];
    });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
