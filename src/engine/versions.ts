/**
 * What is known to differ between engine versions. One table; nothing else in the engine asks for a version.
 *
 * Real: the release notes of moby, and the recordings of 20.10.24.
 */

export interface EngineVersion {
  /** As `docker version` prints it: `20.10.24+dfsg1`. */
  readonly text: string;
  readonly api: readonly [number, number];
  readonly minApi: readonly [number, number];
  readonly gitCommit: string;
  readonly goVersion: string;
  readonly buildTime: string;
  readonly containerd: { readonly version: string; readonly commit: string };
  readonly runc: { readonly version: string; readonly commit: string };
  readonly init: { readonly version: string; readonly commit: string };
  readonly platformName: string;
  readonly kernel: string;
  readonly operatingSystem: string;
  readonly cgroupVersion: '1' | '2';
  readonly logDrivers: readonly string[];
  /** Order and presence of things, wording: see each field. */
  readonly traits: Traits;
}

export interface Traits {
  /** 28: failed starts say `failed to set up container networking: ` first. */
  readonly hasNetworkingPrefix: boolean;
  /** 25 and later: `failed to create task for container: ` in front of the shim's error. */
  readonly hasTaskPrefix: boolean;
  /** 20.10.24 (runc 1.1) has no `error during container init: ` (runc 1.1.8 and later do). */
  readonly hasInitPrefix: boolean;
  /** 23 and later write `container <id> is not running`, before `Container <id> is not running`. */
  readonly isLowerCase: boolean;
  /** 23 and later: `cannot remove container "n": container is running: stop the container before removing or force remove`. */
  readonly hasShortRemoveConflict: boolean;
  /** 28: `has active endpoints (name:"c" id:"123")`. */
  readonly namesActiveEndpoints: boolean;
  /** 28: random MAC addresses on bridges. */
  readonly hasRandomMacs: boolean;
  /** 26 and later: `invalid pool request: Pool overlaps with other one on this address space`. */
  readonly hasPoolRequestPrefix: boolean;
  /** API 1.42: volume prune takes anonymous volumes only, `all=1` all. */
  readonly prunesAnonymousOnly: boolean;
  /** 25 and later: the create call checks that networks exist; before, the start does. */
  readonly hasEnableIPv4: boolean;
  readonly hasVirtualSize: boolean;
  readonly hasKernelMemory: boolean;
  /** 23 and later refuse at create: `invalid restart policy: unknown policy 'x'; use one of ...`. */
  readonly hasLongRestartPolicyError: boolean;
  /** API 1.42: pings say how it stands with the swarm, and clients hide what does not apply. */
  readonly hasSwarmHeader: boolean;
  /** 25 and later: DNSNames, image aliases. */
  readonly hasDNSNames: boolean;
  /** 23 and later: `invalid filter 'x'`, before `Invalid filter 'x'`. */
  readonly filterWord: 'invalid' | 'Invalid';
  /** 28: a container whose start failed is not left with a `Created` row's exit code 128 but 127 (both are kept). */
  readonly gatewayInDefaultBridge: boolean;
}

const LOGS_28 = [
  'awslogs',
  'fluentd',
  'gcplogs',
  'gelf',
  'journald',
  'json-file',
  'local',
  'splunk',
  'syslog',
];
const LOGS_20 = [
  'awslogs',
  'fluentd',
  'gcplogs',
  'gelf',
  'journald',
  'json-file',
  'local',
  'logentries',
  'splunk',
  'syslog',
];

const TRAITS_28: Traits = {
  hasNetworkingPrefix: true,
  hasTaskPrefix: true,
  hasInitPrefix: true,
  isLowerCase: true,
  hasShortRemoveConflict: true,
  namesActiveEndpoints: true,
  hasRandomMacs: true,
  hasPoolRequestPrefix: true,
  prunesAnonymousOnly: true,
  hasEnableIPv4: true,
  hasVirtualSize: false,
  hasKernelMemory: false,
  hasLongRestartPolicyError: true,
  hasDNSNames: true,
  hasSwarmHeader: true,
  filterWord: 'invalid',
  gatewayInDefaultBridge: true,
};
const TRAITS_27: Traits = {
  ...TRAITS_28,
  hasNetworkingPrefix: false,
  namesActiveEndpoints: false,
  hasRandomMacs: false,
  hasEnableIPv4: false,
};
const TRAITS_20: Traits = {
  ...TRAITS_27,
  hasTaskPrefix: false,
  hasInitPrefix: false,
  isLowerCase: false,
  hasShortRemoveConflict: false,
  hasPoolRequestPrefix: false,
  prunesAnonymousOnly: false,
  hasVirtualSize: true,
  hasKernelMemory: true,
  hasLongRestartPolicyError: false,
  hasDNSNames: false,
  hasSwarmHeader: false,
  filterWord: 'Invalid',
  gatewayInDefaultBridge: false,
};

const V28: EngineVersion = {
  text: '28.2.2',
  api: [1, 50],
  minApi: [1, 24],
  gitCommit: '45873be',
  goVersion: 'go1.24.3',
  buildTime: '2025-05-30T12:07:26.000000000+00:00',
  containerd: { version: '1.7.27', commit: '05044ec0a9a75232cad458027ca83437aae3f4da' },
  runc: { version: '1.2.5', commit: 'v1.2.5-0-g59923ef' },
  init: { version: '0.19.0', commit: 'de40ad0' },
  platformName: 'Docker Engine - Community',
  kernel: '6.8.0-60-generic',
  operatingSystem: 'Ubuntu 24.04.2 LTS',
  cgroupVersion: '2',
  logDrivers: LOGS_28,
  traits: TRAITS_28,
};

const TABLE: Readonly<Record<string, EngineVersion>> = {
  '28.2.2': V28,
  '27.3.1': {
    ...V28,
    text: '27.3.1',
    api: [1, 47],
    gitCommit: '41ca978',
    goVersion: 'go1.22.7',
    buildTime: '2024-09-20T11:41:00.000000000+00:00',
    containerd: { version: '1.7.22', commit: '7f7fdf5fed64eb6a7caf99b3e12efcf9d60e311c' },
    runc: { version: '1.1.14', commit: 'v1.1.14-0-g2c9f560' },
    traits: TRAITS_27,
  },
  '20.10.24': {
    ...V28,
    text: '20.10.24',
    api: [1, 41],
    minApi: [1, 12],
    gitCommit: '5d6db84',
    goVersion: 'go1.19.8',
    buildTime: '2026-05-07T21:09:36.000000000+00:00',
    containerd: { version: '1.6.20~ds1', commit: '1.6.20~ds1-1+deb12u3' },
    runc: { version: '1.1.5+ds1', commit: '1.1.5+ds1-1+deb12u1' },
    init: { version: '0.19.0', commit: '' },
    platformName: '',
    kernel: '6.18.44-fc-v595',
    operatingSystem: 'Debian GNU/Linux 12 (bookworm) (containerized)',
    cgroupVersion: '1',
    logDrivers: LOGS_20,
    traits: TRAITS_20,
  },
  '19.03.12': {
    ...V28,
    text: '19.03.12',
    api: [1, 40],
    minApi: [1, 12],
    gitCommit: '48a66213fe',
    goVersion: 'go1.13.10',
    buildTime: '2020-06-22T15:49:27.000000000+00:00',
    containerd: { version: 'v1.2.13', commit: '7ad184331fa3e55e52b890ea95e65ba581ae3429' },
    runc: { version: '1.0.0-rc10', commit: 'dc9208a3303feef5b3839f4323d9beb36df0a9dd' },
    init: { version: '0.18.0', commit: 'fec3683' },
    kernel: '4.19.130-boot2docker',
    operatingSystem: 'Boot2Docker 19.03.12 (TCL 10.1)',
    cgroupVersion: '1',
    logDrivers: LOGS_20,
    traits: TRAITS_20,
  },
  '18.05': {
    ...V28,
    text: '18.05.0-ce',
    api: [1, 37],
    minApi: [1, 12],
    gitCommit: 'f150324',
    goVersion: 'go1.9.5',
    buildTime: '2018-05-09T22:20:42.000000000+00:00',
    containerd: { version: 'v1.0.3', commit: '773c489c9c1b21a6d78b5c538cd395416ec50f88' },
    runc: { version: '1.0.0-rc5', commit: '4fc53a81fb7c994640722ac585fa9ca548971871' },
    init: { version: '0.13.0', commit: '949e6fa' },
    platformName: '',
    kernel: '4.9.93-boot2docker',
    operatingSystem: 'Boot2Docker 18.05.0-ce (TCL 8.2.1)',
    cgroupVersion: '1',
    logDrivers: LOGS_20,
    traits: TRAITS_20,
  },
};

/** The version named `28.2.2`, `20.10.24+dfsg1`, `18.05.0-ce`; of an unknown one, what 28.2.2 does under that name. */
export function engineVersion(text: string): EngineVersion {
  const exact = TABLE[text];
  if (exact) return exact;
  const known = Object.entries(TABLE).find(([name]) => text.startsWith(name));
  return known ? { ...known[1], text } : { ...V28, text };
}
