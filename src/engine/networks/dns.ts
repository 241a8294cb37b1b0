/**
 * DNS as it crosses the lab: one datagram to port 53, one back.
 *
 * The shape is a convention of all rooms: clients (`nslookup`, `ping`, `curl`) build the query by hand, since they see no engine.
 */

export interface DnsQuery {
  readonly dns: 'query';
  readonly id: number;
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR';
}

export interface DnsRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR';
  readonly data: string;
  readonly ttl: number;
}

export interface DnsAnswer {
  readonly dns: 'answer';
  readonly id: number;
  readonly name: string;
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly answers: readonly DnsRecord[];
}

export function isDnsQuery(payload: unknown): payload is DnsQuery {
  return (payload as DnsQuery | undefined)?.dns === 'query';
}

export function isDnsAnswer(payload: unknown): payload is DnsAnswer {
  return (payload as DnsAnswer | undefined)?.dns === 'answer';
}
