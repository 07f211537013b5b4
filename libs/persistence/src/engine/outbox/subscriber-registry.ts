import type { NewMessage } from '../new-message.js';
import type { Subscriber } from './subscriber.js';

const NAME = /^[a-z][a-z0-9-]*$/;

/** The subscribers of an installation, by name. */
export class SubscriberRegistry {
  private readonly byName: ReadonlyMap<string, Subscriber>;
  private readonly choosing: readonly Subscriber[];

  /** @throws Error when two have one name, or a name cannot be stored */
  constructor(subscribers: readonly Subscriber[]) {
    for (const { name } of subscribers) if (!NAME.test(name)) throw new Error(`no name for a subscriber: ${name}`);
    this.byName = new Map(subscribers.map((subscriber) => [subscriber.name, subscriber]));
    if (this.byName.size < subscribers.length) throw new Error('two subscribers have one name');
    this.choosing = subscribers.filter((subscriber) => 'listensTo' in subscriber);
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  /** @throws Error when there is none of that name */
  get(name: string): Subscriber {
    const subscriber = this.byName.get(name);
    if (!subscriber) throw new Error(`no subscriber is called ${name}`);
    return subscriber;
  }

  /** Adds to messages who chooses to listen to them, beside whom their producers name. */
  addListeners(messages: NewMessage[]): NewMessage[] {
    return messages.map((message) => {
      const choosing = this.choosing.filter((subscriber) => subscriber.listensTo?.(message));
      if (choosing.length === 0) return message;
      return {
        ...message,
        listeners: [...new Set([...(message.listeners ?? []), ...choosing.map(({ name }) => name)])],
      };
    });
  }
}
