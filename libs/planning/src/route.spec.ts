import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import { chooseRoute, type Obstacle, type RouteCandidate, type RoutedMessage } from './route.js';

const MESSAGE: RoutedMessage = {
  id: newId(),
  recipient: 'ann@example.org',
  priority: PRIORITY_RANK.normal,
  tags: null,
  tried: [],
};
const free = () => null;

function candidate(id: string, overrides: Partial<RouteCandidate> = {}): RouteCandidate {
  return { id, priority: 100, weight: 1, conditions: null, ...overrides };
}

function choose(candidates: RouteCandidate[], message: Partial<RoutedMessage> = {}, obstacles = {}) {
  const known: Record<string, Obstacle> = obstacles;
  const { chosen, excluded } = chooseRoute(candidates, { ...MESSAGE, ...message }, ({ id }) => known[id] ?? null);
  return { chosen: chosen?.id, excluded: Object.fromEntries(excluded.map((each) => [each.connection, each.reason])) };
}

describe('the order of connections', () => {
  it('is their priority', () => {
    expect(choose([candidate('a', { priority: 1 }), candidate('b', { priority: 2 })])).toEqual({
      chosen: 'a',
      excluded: { b: 'lower_priority' },
    });
  });

  it('passes over who is out of order, has failed it already or is not to be had, and says which', () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((id, priority) => candidate(id, { priority }));
    const obstacles = { b: 'breaker_open', c: 'provider_missing' };
    expect(choose(all, { tried: ['a'] }, obstacles)).toEqual({
      chosen: 'd',
      excluded: { a: 'tried_already', b: 'breaker_open', c: 'provider_missing', e: 'lower_priority' },
    });
  });

  it('leads nowhere when none may take it', () => {
    expect(choose([candidate('a')], { tried: ['a'] })).toEqual({ chosen: undefined, excluded: { a: 'tried_already' } });
    expect(choose([])).toEqual({ chosen: undefined, excluded: {} });
  });

  it('does not ask what is wrong with one that is not meant for it', () => {
    const asked: string[] = [];
    const others = candidate('a', { conditions: { tags: ['x'] } });
    chooseRoute([others, candidate('b')], MESSAGE, ({ id }) => {
      asked.push(id);
      return null;
    });
    expect(asked).toEqual(['b']);
  });
});

describe('what a connection does not carry', () => {
  const fcm = candidate('fcm', { priority: 1, cannotCarry: ['browser_subscription'] });
  const browsers = candidate('web-push', { priority: 2, cannotCarry: ['device_token'] });

  it('is never led to it, however it is chosen, and the reason says what', () => {
    const message: RoutedMessage = { ...MESSAGE, traits: ['browser_subscription'] };
    const excluded = [{ connection: 'fcm', reason: 'cannot_carry', what: 'browser_subscription' }];
    expect(chooseRoute([fcm, browsers], message, free)).toEqual({ chosen: browsers, excluded });
    const failed = { ...message, tried: ['web-push'] };
    expect(chooseRoute([fcm, browsers], failed, free)).toEqual({
      chosen: null,
      excluded: [...excluded, { connection: 'web-push', reason: 'tried_already' }],
    });
    expect(choose([fcm, browsers], { traits: ['device_token'] })).toEqual({
      chosen: 'fcm',
      excluded: { 'web-push': 'cannot_carry' },
    });
  });

  it('is nothing to a message without traits, and no trait is anything to one that carries everything', () => {
    expect(choose([fcm])).toEqual({ chosen: 'fcm', excluded: {} });
    expect(choose([candidate('any')], { traits: ['browser_subscription'] }).chosen).toBe('any');
  });

  it('is told before what is wrong with it now, and after a condition', () => {
    const traits = ['browser_subscription'] as const;
    expect(choose([fcm], { traits }, { fcm: 'breaker_open' }).excluded).toEqual({ fcm: 'cannot_carry' });
    const others = { ...fcm, conditions: { tags: ['x'] } };
    expect(choose([others], { traits }).excluded).toEqual({ fcm: 'condition_not_met' });
  });
});

describe('conditions', () => {
  it.each<[RouteConditions, Partial<RoutedMessage>, boolean]>([
    [{ country_prefixes: ['+44', '+33'] }, { recipient: '+33612345678' }, true],
    [{ country_prefixes: ['+44'] }, { recipient: '+33612345678' }, false],
    [{ recipient_domains: ['example.org'] }, { recipient: 'ann@Example.org' }, true],
    [{ recipient_domains: ['example.org'] }, { recipient: 'ann@mail.example.org' }, false],
    [{ priorities: ['high', 'bulk'] }, { priority: PRIORITY_RANK.bulk }, true],
    [{ priorities: ['high'] }, {}, false],
    [{ tags: ['a', 'b'] }, { tags: ['c', 'b'] }, true],
    [{ tags: ['a'] }, { tags: ['c'] }, false],
    [{ tags: ['a'] }, { tags: null }, false],
    [{ tags: ['a'], priorities: ['normal'] }, { tags: ['a'] }, true],
    [{ tags: ['a'], priorities: ['high'] }, { tags: ['a'] }, false],
  ])('%j of %j: %s', (conditions, message, met) => {
    const { chosen, excluded } = choose([candidate('a', { conditions })], message);
    expect(chosen).toBe(met ? 'a' : undefined);
    expect(excluded).toEqual(met ? {} : { a: 'condition_not_met' });
  });
});

describe('weights', () => {
  const messages = Array.from({ length: 4_000 }, () => ({ ...MESSAGE, id: newId() }));
  const three = [candidate(newId(), { weight: 6 }), candidate(newId(), { weight: 3 }), candidate(newId())];

  function taken(candidates: RouteCandidate[]): string[] {
    return messages.map((message) => chooseRoute(candidates, message, free).chosen?.id ?? '');
  }

  it('share the messages out', () => {
    const all = taken(three);
    const shares = three.map(({ id }) => all.filter((each) => each === id).length / all.length);
    for (const [index, share] of [0.6, 0.3, 0.1].entries()) expect(shares[index]).toBeCloseTo(share, 1);
  });

  it('draw the same for a message every time, in whatever order', () => {
    expect(taken([...three].reverse())).toEqual(taken(three));
  });

  it('move only the messages of the one that is gone', () => {
    const [gone, ...left] = three as [RouteCandidate, ...RouteCandidate[]];
    const before = taken(three);
    taken(left).forEach((id, index) => {
      if (before[index] !== gone.id) expect(id).toBe(before[index]);
    });
  });

  it('name the others of the draw', () => {
    const { chosen, excluded } = chooseRoute(three, MESSAGE, free);
    expect(excluded.map(({ reason }) => reason)).toEqual(['not_selected', 'not_selected']);
    expect(excluded.map(({ connection }) => connection)).not.toContain(chosen?.id);
  });
});
