import { describe, expect, it } from 'vitest';
import { parseList } from './parse-list.js';

function parsed(text: string): unknown {
  return parseList(Buffer.from(text), { items: 10_000, values: 30_000 });
}

const LISTS = [
  '{"messages":[{"to":"a"},{"to":"b"}]}',
  ' {\n"messages" :\t[ {"a":[1,{"b":[]}]} , 2 ,"x" ]\r\n} ',
  '{"messages":["],}{[","\\"],\\\\","\\\\",null,true,-1.5e3]}',
  '{"messages":[{"text":"9.99 € – 🙂 \\ud83d\\ude42","__proto__":1}]}',
  '{"constructor":[1]}',
];

const OTHERS = [
  '{"messages":[]}',
  '{"messages":[1,]}',
  '{"messages":[,1]}',
  '{"messages":[1 2]}',
  '{"messages":[{]}]}',
  '{"messages":[{"a":1]}',
  '{"messages":[1],"more":2}',
  '{"messages":[1]}}',
  '{"messages":[1]',
  '{"messages":["\\"]}',
  '{"messages":[1]} x',
  '{"messages":[1},2]}',
  '{"__proto__":[1]}',
  '{"messages":{"a":[1]}}',
  '[1]',
  '',
];

describe('a list', () => {
  it.each(LISTS)('is what JSON.parse makes of it: %s', (text) => {
    expect(parsed(text)).toEqual(JSON.parse(text));
  });

  it.each(OTHERS)('is nothing else, nor what is no JSON: %s', (text) => {
    expect(parsed(text)).toBeUndefined();
  });

  it('is never read otherwise than by JSON.parse, wherever one byte is missing, doubled or another', () => {
    const text = '{"m":[{"a":"x\\"],[","b":[1,2]},"\\\\",[{}],3]}';
    for (let at = 0; at < text.length; at++) {
      for (const instead of ['', text.charAt(at).repeat(2), ...',"]}\\[ 1'.split('')]) {
        const mutant = text.slice(0, at) + instead + text.slice(at + 1);
        const value = parsed(mutant);
        if (value !== undefined) expect([mutant, value]).toEqual([mutant, JSON.parse(mutant)]);
      }
    }
  });

  it('is refused when it has more items, or values in them, than it may', () => {
    expect(() => parsed(`{"messages":[${'1,'.repeat(10_001)}1]}`)).toThrow('messages: has more than 10000 items');
    expect(parsed(`{"messages":[${'1,'.repeat(9_999)}1]}`)).toEqual({ messages: Array(10_000).fill(1) });
    expect(() => parsed(`{"messages":[{"a":[${'{},'.repeat(15_000)}{}]}]}`)).toThrow('body: holds more than 30000');
  });
});
