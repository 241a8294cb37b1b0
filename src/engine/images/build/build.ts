/**
 * POST /build.
 */
import type { ApiContext } from '../../api/router.ts'
import type { Engine } from '../../engine.ts'

export function buildImage(engine: Engine, context: ApiContext): void {
  void engine
  context.fail(501, '이 실습실에서는 지원하지 않습니다: docker build')
}
