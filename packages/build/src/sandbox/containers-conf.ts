/**
 * containers.conf(5) for builds: what every step gets, whatever the machine's own configuration says. Capabilities are
 * the few that package managers need (own and change files, change user); no raw sockets, no device files, no low ports.
 */
export const STEP_CAPABILITIES: readonly string[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

export function renderContainersConf(dnsServers: readonly string[]): string {
  return [
    '[containers]',
    `default_capabilities = ${JSON.stringify(STEP_CAPABILITIES)}`,
    // The machine's own names and address are nobody's business.
    'base_hosts_file = "none"',
    'host_containers_internal_ip = "none"',
    ...(dnsServers.length > 0 ? [`dns_servers = ${JSON.stringify(dnsServers)}`] : []),
    'label = false',
    '[engine]',
    'cgroup_manager = "cgroupfs"',
    '',
  ].join('\n');
}
