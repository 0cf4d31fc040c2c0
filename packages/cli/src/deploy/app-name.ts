/** An app's name from its folder's: `My App_2` → `my-app-2`. Undefined when nothing of it can be a name. */
export function appNameFrom(folderName: string): string | undefined {
  const name = folderName
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? undefined : name;
}
