/** Only this machine reaches what listens there. */
export function isLocalAddress(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
