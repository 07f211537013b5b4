import { ApiProperty } from '@nestjs/swagger';
import { InputError } from '@outbell/shared/errors.js';
import { Transform, Type } from 'class-transformer';
import { IsDate, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CreateBatchDto, CreateMessageDto } from '../messages/create-message.dto.js';
import { TemplateRefDto } from '../messages/message-content.dto.js';
import { DtoShape } from './dto-shape.js';
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

async function expectSame(body: unknown, metatype: new () => object): Promise<void> {
  const read = DtoShape.of(metatype)?.read(structuredClone(body));
  const looked = await pipe.look(body, metatype);
  expect(read ?? null, JSON.stringify(body)).toEqual(looked);
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

describe('DtoShape', () => {
  it('makes of a right body what class-validator makes of it, nested classes too', async () => {
    await expectSame(MESSAGE, CreateMessageDto);
    await expectSame({ messages: [MESSAGE, { ...MESSAGE, template: undefined }] }, CreateBatchDto);
    const fallback = [{ channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'x', after: 'PT15M' }];
    await expectSame({ ...MESSAGE, fallback }, CreateMessageDto);
    expect(DtoShape.of(CreateMessageDto)?.read({ ...MESSAGE, fallback })).toBeInstanceOf(CreateMessageDto);
    const batch = DtoShape.of(CreateBatchDto)?.read({ messages: [MESSAGE] }) as CreateBatchDto;
    expect(batch).toBeInstanceOf(CreateBatchDto);
    expect(batch.messages[0]).toBeInstanceOf(CreateMessageDto);
    expect(batch.messages[0]?.template).toBeInstanceOf(TemplateRefDto);
  });

  it('says yes exactly where class-validator does', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(), (body) => expectSame(body, CreateMessageDto)),
      { numRuns: 1_000 },
    );
    const batches = fc.array(damaged(), { maxLength: 3 }).map((messages) => ({ messages }));
    await fc.assert(
      fc.asyncProperty(batches, (body) => expectSame(body, CreateBatchDto)),
      { numRuns: 200 },
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['no messages', {}],
    ['null for messages', { messages: null }],
    ['one message for a list', { messages: MESSAGE }],
    ['a null message', { messages: [null] }],
    ['a list of lists', { messages: [[MESSAGE]] }],
    ['an unknown property deep down', { messages: [{ ...MESSAGE, template: { name: 'x', cc: 1 } }] }],
    ['1,001 messages', { messages: Array.from({ length: 1_001 }, () => MESSAGE) }],
  ])('does not say yes to %s', (_, body) => {
    expect(DtoShape.of(CreateBatchDto)?.read(body)).toBeUndefined();
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
      expect(DtoShape.of(dto)).toBeNull();
    });
  });
});
