import type { Lab } from './lab.ts';
import { typeCommand, type Script } from './script.ts';

/** The front page's cluster: a manager, two workers, a service whose tasks run on all three. Typed, as anybody would. */
export function* prepareDemo(lab: Lab): Script<void> {
  yield* typeCommand(lab, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  const { output } = yield* typeCommand(lab, 'manager1', 'docker swarm join-token -q worker');
  const token = /SWMTKN-\S+/.exec(output)?.[0] ?? '';
  for (const worker of ['worker1', 'worker2'])
    yield* typeCommand(lab, worker, `docker swarm join --token ${token} 192.168.99.100:2377`);
  yield* typeCommand(
    lab,
    'manager1',
    'docker service create --name web --replicas 5 -p 80:80 nginx',
  );
  yield* typeCommand(lab, 'manager1', 'clear');
}
