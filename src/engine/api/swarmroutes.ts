import type { Engine } from '../engine.ts'
import type { Router } from './router.ts'

/** What is the swarm's: /swarm, /nodes, /services, /tasks, /secrets, /configs. */
export function swarmRoutes(router: Router, engine: Engine): void {
  void router
  void engine
}
