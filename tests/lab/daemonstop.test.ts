/** What a daemon that is stopped in good order leaves of its swarm's tasks, and what `docker events` tells. */
import { describe, expect, it } from 'vitest';
import '../../src/lab/rest.ts';
import { Lab } from '../../src/lab/lab.ts';
import { finish, plain, typeCommand } from '../../src/lab/script.ts';
import { vmsNamed } from '../../src/lab/templates.ts';

class Played {
  readonly lab: Lab;

  constructor(seed: string, names: readonly string[]) {
    this.lab = new Lab({ template: vmsNamed(names), seed });
  }

  type(machine: string, command: string): string {
    return plain(finish(this.lab, typeCommand(this.lab, machine, command)).output);
  }

  wait(seconds: number): void {
    this.lab.runUntil(this.lab.nowMs + 1000 * seconds);
  }

  fault(type: 'stop' | 'restart' | 'crash', machine: string): void {
    let isDone = false;
    this.lab.input({ kind: 'fault', fault: { type, machine } }, () => (isDone = true));
    for (let i = 0; i < 60 && !isDone; i++) this.wait(1);
    expect(isDone).toBe(true);
  }
}

function twoMachines(seed: string): Played {
  const played = new Played(seed, ['manager1', 'worker1']);
  played.type('manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  const [token = ''] =
    /SWMTKN\S+/.exec(played.type('manager1', 'docker swarm join-token -q worker')) ?? [];
  played.type('worker1', `docker swarm join --token ${token} 192.168.99.100:2377`);
  return played;
}

const PS =
  "docker service ps web --format '{{.Name}} {{.DesiredState}} {{.CurrentState}} {{.Error}}'";

describe('systemctl stop docker', () => {
  it('takes the containers of the tasks with it; they fail when the daemon is back', () => {
    const played = twoMachines('stop');
    played.type(
      'manager1',
      'docker service create -q --name web --constraint node.hostname==worker1 nginx',
    );
    const [id = ''] = /web\.1\.\w+/.exec(played.type('worker1', 'docker ps')) ?? [];
    expect(id).toHaveLength(31);
    played.fault('stop', 'worker1');
    // Nobody has told the manager.
    expect(played.type('manager1', PS)).toMatch(/^web\.1 Running Running \d+ seconds ago\s*$/m);
    played.fault('restart', 'worker1');
    played.wait(1);
    expect(played.type('worker1', 'docker ps -a')).not.toContain(id);
    expect(played.type('manager1', PS)).toMatch(/"No such container: web\.1\.\w{4}…"/);
    played.wait(8);
    expect(played.type('manager1', PS)).toMatch(/^web\.1 Running Running/m);
  });

  it('leaves them when the power goes: they ended with 255', () => {
    const played = twoMachines('power');
    played.type(
      'manager1',
      'docker service create -q --name web --constraint node.hostname==worker1 nginx',
    );
    played.fault('crash', 'worker1');
    played.fault('restart', 'worker1');
    played.wait(1);
    expect(played.type('manager1', PS)).toContain('"task: non-zero exit (255)"');
    expect(played.type('worker1', 'docker ps -a')).toContain('Exited (255)');
  });
});

describe('swarm init --force-new-cluster', () => {
  it('removes the containers of the node that it is typed on, too', () => {
    const played = twoMachines('force');
    played.type(
      'manager1',
      'docker service create -q --name web --constraint node.role==manager nginx',
    );
    played.type(
      'manager1',
      'docker swarm init --force-new-cluster --advertise-addr 192.168.99.100',
    );
    expect(played.type('manager1', 'docker ps -a')).not.toContain('web.1');
    played.wait(1);
    expect(played.type('manager1', PS)).toMatch(/Failed .*"No such container: web\.1\.\w{4}…"/);
  });
});

describe('docker events of a manager', () => {
  it('begin when its control API serves: of its own making only the first state is told', () => {
    const played = twoMachines('events');
    played.type('manager1', 'docker service create -q --name web --network host nginx');
    played.wait(2);
    const events = played.type('manager1', 'docker events --since 1h --until 0s');
    expect(events).toContain('(name=manager1, state.new=ready, state.old=unknown)');
    expect(events).not.toMatch(/network create \w+ \(name=ingress\)/);
    expect(events, 'the overlay as this machine has it').toMatch(
      /network create \w+ \(name=ingress, type=overlay\)/,
    );
    expect(events).toMatch(/service create \w+ \(name=web\)/);
  });
});

describe('names that nobody has', () => {
  it('are unknown to the network, as the machine and the default bridge ask it', () => {
    const played = new Played('names', ['manager1']);
    expect(played.type('manager1', 'docker run --rm alpine cat /etc/resolv.conf')).toContain(
      'nameserver 192.168.99.1',
    );
    const output = played.type('manager1', 'docker run --rm alpine nslookup web');
    expect(output).toMatch(/can't (find|resolve)|NXDOMAIN/);
    expect(played.type('manager1', 'ping -c 1 192.168.99.1')).toContain('1 received');
  });
});
