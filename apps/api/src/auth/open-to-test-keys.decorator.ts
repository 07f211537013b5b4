import { SetMetadata } from '@nestjs/common';

const OPEN = 'outbell:open-to-test-keys';

/**
 * Lets keys of test mode call a handler. Without it a handler is closed to them: what it does or shows is live. One
 * that has it keeps them to test messages, test keys and what describes the account.
 */
export function OpenToTestKeys(): MethodDecorator {
  return SetMetadata(OPEN, true);
}

export function isOpenToTestKeys(handler: object): boolean {
  return Reflect.hasMetadata(OPEN, handler);
}
