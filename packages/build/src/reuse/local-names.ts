/** The full names under which the store may know an image that a Dockerfile calls by a short one. */
export function localNames(name: string): readonly string[] {
  const tagged = name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`;
  const slash = tagged.indexOf('/');
  const host = slash === -1 ? '' : tagged.slice(0, slash);
  if (host.includes('.') || host.includes(':') || host === 'localhost') return [tagged];
  return [`localhost/${tagged}`, `docker.io/${slash === -1 ? `library/${tagged}` : tagged}`];
}
