import { ApiProperty } from '@nestjs/swagger';
import { InputError } from '@outbell/shared/errors.js';
import { Transform, Type } from 'class-transformer';
import { IsDate, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CreateConnectionDto } from '../connections/connection-requests.dto.js';
import { ContactFieldsDto } from '../contacts/contact-requests.dto.js';
import { CreateBatchDto, CreateMessageDto } from '../messages/create-message.dto.js';
import { TemplateRefDto } from '../messages/message-content.dto.js';
import { CreateTemplateDto } from '../templates/template-requests.dto.js';
import { DtoShape } from './dto-shape.js';
import { readDto } from './read-dto.js';
import { DtoValidationPipe } from './validation.pipe.js';

const MESSAGE = {
  channel: 'email',
  to: 'ann@example.org',
  sender: 'shop@example.com',
  template: { name: 'receipt', locale: 'en', version: 3 },
  variables: { name: 'Ann', items: [{ title: 'x', price: 1.5 }], none: null },
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  scheduled_at: '2027-01-31T09:00:00+01:00',
  expires_at: '2027-02-01T09:00:00Z',
  priority: 'high',
  metadata: { order: 7 },
  tags: ['a', 'b'],
};

/** What class-validator makes of a body; null: it refuses it. */
class SlowPipe extends DtoValidationPipe {
  async look(body: unknown, metatype: new () => object): Promise<object | null> {
    // `custom` is never looked up by shape.
    const slow = Object.assign(Object.create(this) as SlowPipe, { validateCustomDecorators: true });
    try {
      return (await slow.transform(structuredClone(body), { type: 'custom', metatype })) as object;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  }
}

const pipe = new SlowPipe();

/** class-transformer knows no `null` that means as if it was left out. */
function withoutNulls(body: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name, value]) => value !== null || name === 'surprise')
      .map(([name, value]) => [
        name,
        name === 'template' && isObject(value) ? withoutNulls(value) : (value as unknown),
      ]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function expectSame(body: object, metatype: new () => object): Promise<void> {
  const shape = DtoShape.fromDto(metatype);
  const read = shape?.read(structuredClone(body));
  const looked = await pipe.look(withoutNulls(body), metatype);
  const closer = shape && lookCloser(shape, structuredClone(body));
  expect(closer, JSON.stringify(body)).toEqual(looked);
  expect(read ?? null, JSON.stringify(body)).toEqual(looked);
}

function lookCloser(shape: DtoShape, body: object): object | null {
  try {
    return readDto(shape, body);
  } catch {
    return null;
  }
}

/** A message with some of its fields left out, and others exchanged for anything. */
function damaged() {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, '', [], {}, 0, 1.5, -1, 'x'.repeat(400), 'bulk', 'sms', { name: 'x' }, { name: '' }, [{}]),
  );
  const names = fc.constantFrom(...Object.keys(MESSAGE), 'surprise');
  return fc
    .tuple(fc.subarray(Object.keys(MESSAGE)), fc.array(fc.tuple(names, anything), { maxLength: 2 }))
    .map(([left, changes]) => {
      const body: Record<string, unknown> = { ...MESSAGE };
      for (const name of left.slice(0, 3)) Reflect.deleteProperty(body, name);
      return { ...body, ...Object.fromEntries(changes) };
    });
}

function fallback() {
  const sound = { channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'x', after: 'PT15M' };
  return fc.oneof(
    fc.constant(sound),
    fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null),
  );
}

describe('DtoShape', () => {
  it('makes of a right body what class-validator makes of it, nested classes too', async () => {
    await expectSame(MESSAGE, CreateMessageDto);
    const fallback = [{ channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'x', after: 'PT15M' }];
    await expectSame({ ...MESSAGE, fallback }, CreateMessageDto);
    expect(DtoShape.fromDto(CreateMessageDto)?.read({ ...MESSAGE, fallback })).toBeInstanceOf(CreateMessageDto);
    const message = DtoShape.fromDto(CreateMessageDto)?.read(MESSAGE) as CreateMessageDto;
    expect(message).toBeInstanceOf(CreateMessageDto);
    expect(message.template).toBeInstanceOf(TemplateRefDto);
  });

  it('says yes exactly where class-validator does', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(), (body) => expectSame(body, CreateMessageDto)),
      { numRuns: 1_000 },
    );
    const lists = fc.array(fallback(), { maxLength: 4 }).map((list) => ({ ...MESSAGE, fallback: list }));
    await fc.assert(
      fc.asyncProperty(lists, (body) => expectSame(body, CreateMessageDto)),
      { numRuns: 200 },
    );
  });

  it('calls nothing wrong that class-validator takes', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(), async (body) => {
        const isWrong = DtoShape.fromDto(CreateMessageDto)?.isWrong(body);
        if (isWrong) expect(await new SlowPipe().look(body, CreateMessageDto)).toBeNull();
      }),
      { numRuns: 300 },
    );
    expect(DtoShape.fromDto(CreateMessageDto)?.isWrong(MESSAGE)).toBe(false);
    expect(DtoShape.fromDto(CreateMessageDto)?.isWrong({ ...MESSAGE, surprise: 1 })).toBe(true);
    expect(DtoShape.fromDto(CreateMessageDto)?.isWrong({ ...MESSAGE, to: 1 })).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['no messages', {}],
    ['null for messages', { messages: null }],
    ['one message for a list', { messages: MESSAGE }],
    ['1,001 messages', { messages: Array.from({ length: 1_001 }, () => MESSAGE) }],
  ])('does not say yes to %s', (_, body) => {
    expect(DtoShape.fromDto(CreateBatchDto)?.read(body)).toBeUndefined();
  });

  it.each([[null], [[MESSAGE]], [{ ...MESSAGE, template: { name: 'x', cc: 1 } }], [{ ...MESSAGE, fallback: [null] }]])(
    'does not say yes to the message %j',
    (body) => {
      expect(DtoShape.fromDto(CreateMessageDto)?.read(body)).toBeUndefined();
    },
  );

  it('takes null for what is left out, unless it says something of its own', () => {
    const nulls = {
      subject: null,
      html: null,
      fallback: null,
      scheduled_at: null,
      template: { name: 'x', locale: null },
    };
    const read = DtoShape.fromDto(CreateMessageDto)?.read({ ...MESSAGE, ...nulls }) as CreateMessageDto;
    expect([read.html, read.fallback, read.template?.locale]).toEqual([undefined, undefined, undefined]);
    expect(read).toMatchObject({ template: { name: 'x' }, text: 'Hello' });
    expect(DtoShape.fromDto(ContactFieldsDto)?.read({ email: null, attributes: { a: null } })).toEqual({
      email: null,
      attributes: { a: null },
    });
    const connection = {
      channel: 'email',
      provider: 'smtp',
      name: 'x',
      priority: null,
      conditions: null,
      credentials: {},
    };
    const made = DtoShape.fromDto(CreateConnectionDto)?.read(connection) as CreateConnectionDto;
    expect([made.priority, made.conditions]).toEqual([undefined, null]);
    const template = { name: 'x', channel: 'sms', locale: null, text: 'x' };
    expect(DtoShape.fromDto(CreateTemplateDto)?.read(template)).toMatchObject({ locale: 'en' });
  });

  describe('knows nothing of a class', () => {
    class Bare {
      @ApiProperty()
      name!: string;
    }
    class Transformed {
      @IsString()
      @Transform(({ value }) => String(value))
      name!: string;
    }
    class Typed {
      @IsDate()
      @Type(() => Date)
      at!: Date;
    }
    class Grouped {
      @IsString({ groups: ['some'] })
      name!: string;
    }
    class Conditional {
      @Length(3, 5, { validateIf: () => false })
      name!: string;
    }
    class Nested {
      @IsOptional()
      @ValidateNested()
      @Type(() => Transformed)
      inner?: Transformed;
    }
    class Untyped {
      @ValidateNested()
      inner!: object;
    }

    it.each([Bare, Transformed, Typed, Grouped, Conditional, Nested, Untyped])('%o', (dto) => {
      expect(DtoShape.fromDto(dto)).toBeNull();
    });
  });
});
