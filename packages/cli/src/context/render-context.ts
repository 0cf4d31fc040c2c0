/** A context as it is shown: everything but its credential. */
import type { CliSettings } from '../login/cli-settings.ts';
import { LOCAL_CONTEXT } from '../login/target.ts';

export interface ShownContext {
  readonly name: string;
  readonly current: boolean;
  readonly url: string | undefined;
  readonly project_id: string | undefined;
  readonly logged_in: boolean;
  readonly trusts_own_certificates: boolean;
}

/** The platform of this machine first, then the others by name. */
export function showContexts(
  { contexts, current, projects }: CliSettings,
  { loggedIn, platformName }: { readonly loggedIn: ReadonlySet<string>; readonly platformName: string },
): readonly ShownContext[] {
  const local: ShownContext = {
    name: LOCAL_CONTEXT,
    current: current === undefined,
    url: undefined,
    project_id: projects[platformName],
    logged_in: true,
    trusts_own_certificates: false,
  };
  const others = Object.entries(contexts).map(([name, { ca, project, url }]) => ({
    name,
    current: name === current,
    url,
    project_id: project,
    logged_in: loggedIn.has(name),
    trusts_own_certificates: ca !== undefined,
  }));
  return [local, ...others.toSorted((a, b) => a.name.localeCompare(b.name))];
}
