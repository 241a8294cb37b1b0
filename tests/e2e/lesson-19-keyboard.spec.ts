/** Lesson 19 without a mouse, on a screen that stands upright: the lesson above, the stage and the terminals below. */
import type { Page } from '@playwright/test';
import { isDone, isMet, prompts, shows } from './desk.ts';
import { expect, test } from './harness.ts';
import { goOn, onStage, pressInLesson, skipUntil, tabTo, toPane, type } from './keyboard.ts';

test.use({ viewport: { width: 820, height: 1180 } });

/** Moves the speed with the arrow keys. */
async function setSpeed(page: Page, name: string): Promise<void> {
  await toPane(page, '시간');
  await tabTo(page, /^[\d.]+배$/);
  const label = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowLeft');
  for (let n = 0; n < 4 && (await label()) !== name; n++) await page.keyboard.press('ArrowRight');
  await expect.poll(label).toBe(name);
}

test('lesson 19 with the keyboard alone', async ({ page }) => {
  test.setTimeout(400_000);
  await page.goto('./#/lesson/19-failure-recovery/1');
  await prompts(page, 'worker1');
  await pressInLesson(page, /^같은 슬롯에 새 태스크가 생겨요$/);
  await pressInLesson(page, /^worker1에서/);
  await skipUntil(page, '새 태스크가 실행 중');

  await goOn(page, 'worker2의 전원을 꺼 봐요');
  await pressInLesson(page, /^worker3$/);
  await onStage(page, 'worker2', /^전원 끄기$/);
  await skipUntil(page, 'web 태스크 3개');
  await type(page, 'manager1', 'docker node ls');
  await shows(page, 'manager1', /worker2 +Down/);

  await goOn(page, 'worker2가 돌아왔어요');
  await pressInLesson(page, /^그대로 있어요$/);
  await onStage(page, 'worker2', /^전원 켜기$/);
  await skipUntil(page, '옛 태스크의 끝을');

  await goOn(page, '다시 고르게 나눠요');
  await pressInLesson(page, /^2개$/);
  await setSpeed(page, '10배');
  await pressInLesson(page, /^manager1에서/);
  await isDone(page);
  await setSpeed(page, '1배');

  await goOn(page, '리더를 잃어요');
  await pressInLesson(page, /^10초에서 20초쯤$/);
  await onStage(page, 'manager1', /^전원 끄기$/);
  await skipUntil(page, '새 리더가 뽑혔어요');
  await type(page, 'manager2', 'docker node ls');
  await shows(page, 'manager2', /Leader/);

  await goOn(page, '과반을 잃어요');
  await pressInLesson(page, /^web은 계속 대답하고 명령만 안 돼요$/);
  await onStage(page, 'manager2', /^전원 끄기$/);
  await setSpeed(page, '10배');
  for (let n = 0; n < 6 && !(await isMet(page, '오류를 봤어요')); n++)
    await type(page, 'manager3', 'docker node ls');
  await type(page, 'worker1', 'curl -s http://192.168.99.103 | grep title');

  await goOn(page, '되살려요');
  await pressInLesson(page, /^그대로 있어요$/);
  await onStage(page, 'manager1', /^전원 켜기$/);
  await onStage(page, 'manager2', /^전원 켜기$/);
  await setSpeed(page, '100배');
  await isDone(page);
});
