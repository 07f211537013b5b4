import { describe, expect, it } from 'vitest';
import type { NewMessage } from '../new-message.js';
import type { Subscriber } from './subscriber.js';
import { SubscriberRegistry } from './subscriber-registry.js';

const subscriber = (name: string, listensTo?: Subscriber['listensTo']): Subscriber => ({
  name,
  ...(listensTo && { listensTo }),
  handle: () => Promise.resolve(),
});
const message = (listeners?: string[]) => ({ resends: true, listeners }) as NewMessage;

describe('the subscribers of a message', () => {
  const registry = new SubscriberRegistry([
    subscriber('named'),
    subscriber('resends', ({ resends }) => resends === true),
    subscriber('nobody', () => false),
  ]);

  it('are those that choose it and those that its producer names, each once', () => {
    const [chosen, named, both] = registry.addListeners([message(), message(['named']), message(['resends'])]);
    expect([chosen?.listeners, named?.listeners, both?.listeners]).toEqual([
      ['resends'],
      ['named', 'resends'],
      ['resends'],
    ]);
  });

  it('leave a message as it is that nobody chooses', () => {
    const plain = message();
    expect(new SubscriberRegistry([subscriber('named')]).addListeners([plain])).toEqual([plain]);
    expect(plain.listeners).toBeUndefined();
  });
});

describe('names of subscribers', () => {
  it.each([['Upper'], ['a,b'], ['{a}'], ['']])('cannot be %j', (name) => {
    expect(() => new SubscriberRegistry([subscriber(name)])).toThrow(/no name for a subscriber/);
  });

  it('are each one’s own', () => {
    expect(() => new SubscriberRegistry([subscriber('a'), subscriber('a')])).toThrow('two subscribers have one name');
    expect(() => new SubscriberRegistry([]).get('a')).toThrow('no subscriber is called a');
  });
});
