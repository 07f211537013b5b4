import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { describe, expect, it } from 'vitest';
import { carries, CHANNEL, CONTENT_NAMES, contentField, copyContent } from './channels.js';
import { channelsWithPart, describeAddresses, describeField } from './described.js';

describe('a channel', () => {
  it.each(CHANNELS)('%s needs what it carries', (channel) => {
    const { needs, template } = CHANNEL[channel];
    for (const name of needs.flat()) expect(carries(channel, name)).toBe(true);
    for (const part of template.needs.flat()) expect(template.carries).toContain(part);
  });

  it.each(CONTENT_NAMES)('has the same %s as every other that carries it', (name) => {
    for (const { content } of Object.values(CHANNEL)) {
      const carried = Object.entries(content).find(([each]) => each === name);
      expect([undefined, contentField(name)]).toContain(carried?.[1].field);
    }
  });
});

describe('what descriptions say', () => {
  it('of a field tells channels apart, and names together those that agree', () => {
    expect(describeField('subject')).toBe('Email: its subject. Push: its title.');
    expect(describeField('text')).toBe(
      'Email: made from the html when left out. SMS: to 1,600 characters. WhatsApp, push: to 4,096 characters.',
    );
  });

  it('of addresses is what each channel takes', () => {
    expect(describeAddresses()).toMatch(
      /^Email: an address\. SMS, WhatsApp, voice: a number in E\.164\. Push: a device’s/,
    );
  });

  it('of templates names the channels that have a part', () => {
    expect(channelsWithPart('subject')).toBe('Email and push');
    expect(channelsWithPart('html')).toBe('Email');
  });
});

describe('copyContent', () => {
  it('copies what is there, and nothing that is no content', () => {
    const to: object = { kept: 1 };
    copyContent({ text: 'Hello', subject: undefined, ...{ sender: 'x' } }, to);
    expect(to).toEqual({ kept: 1, text: 'Hello' });
  });
});
