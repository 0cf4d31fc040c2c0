/** The `web:` line of a Procfile, the old and widespread way to say how an app starts. */
export function procfileCommand(procfile: string | undefined): string | undefined {
  const command = procfile?.match(/^web:[ \t]*(\S.*)$/m)?.[1]?.trim();
  return command === '' ? undefined : command;
}
