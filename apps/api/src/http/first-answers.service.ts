import type { CodeOf } from '@outbell/shared/constants/problem-codes.js';
import { HttpException, Injectable, Logger } from '@nestjs/common';
import {
  type Claim,
  IdempotencyRepository,
  type KeyedRequest,
} from '@outbell/persistence/repositories/idempotency.repository.js';
import { TamperedError, Vault } from '@outbell/shared/crypto/vault.js';
import { InputError, NotFoundError } from '@outbell/shared/errors.js';
import { UnknownKeyError } from '@outbell/shared/crypto/key-ring.js';
import { LRUCache } from 'lru-cache';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * After this time, in ms, whoever works on a request is given up: its process has died. Longer than any handler takes.
 */
const HOLD_MS = 60_000;
/** The same where it does no harm to work on it twice: a repeat takes it up within its patience. */
const SHORT_HOLD_MS = 2_000;
/** So long, in ms, a repeat waits for the answer to the first, and so long between two looks. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 250;
const FAILED = 10_000;

type Make = (id: string, again: boolean) => Promise<unknown>;
/** Refused: nothing was made. Otherwise it may have been, as when the database went away. */
interface Failed {
  id: string;
  refused: boolean;
}

type Ours = Claim & { state: 'ours' };

export interface FirstAnswer {
  body: unknown;
  /** It is that of an earlier request. */
  repeated: boolean;
}

/** Makes what a request asks for, unless that was made under its key before. */
@Injectable()
export class FirstAnswers {
  private readonly logger = new Logger(FirstAnswers.name);
  /** Under way in this process, by tenant and key. */
  private readonly underWay = new Map<string, Promise<unknown>>();
  /** Ids of those that came to nothing here, and whose keys are not free yet. */
  private readonly failed = new LRUCache<string, Failed>({ max: FAILED });

  constructor(
    private readonly repository: IdempotencyRepository,
    private readonly vault: Vault,
  ) {}

  /**
   * @param make with the id of what is to be made, and whether it may have been made under that before
   * @param harmless it may be made twice at once
   * @throws {InputError} when the key belongs to another request (422) or the first is still under way (409), and what
   * `make` throws: then the key is free again
   */
  async answerFor(asked: KeyedRequest, make: Make, harmless: boolean): Promise<FirstAnswer> {
    const name = `${asked.tenantId} ${asked.key}`;
    for (const deadline = performance.now() + PATIENCE_MS; ;) {
      const claim = await this.repository.claim(asked, harmless ? SHORT_HOLD_MS : HOLD_MS);
      if (claim.state === 'ours') return { body: await this.make(name, asked, claim, make), repeated: false };
      if (claim.state === 'answered') return { body: this.open(asked, claim), repeated: true };
      if (claim.state === 'other')
        throw refused('was used for another request; use a new key', 422, 'idempotency_key_reused');
      if (this.failed.has(name)) {
        await this.free(name, asked);
        continue;
      }
      if (performance.now() > deadline)
        throw refused('is that of a request under way; try again', 409, 'request_under_way');
      await Promise.race([this.underWay.get(name) ?? unref(LOOK_MS), unref(PATIENCE_MS)]);
    }
  }

  private async make(name: string, asked: KeyedRequest, { id, again }: Ours, make: Make): Promise<unknown> {
    const work = this.work(name, asked, id, () => make(id, again));
    this.underWay.set(
      name,
      work.catch(() => undefined),
    );
    return work.finally(() => this.underWay.delete(name));
  }

  private async work(name: string, asked: KeyedRequest, id: string, make: () => Promise<unknown>): Promise<unknown> {
    try {
      const body = await make();
      await this.repository.answer(asked, id, this.seal(asked, id, body)).catch(this.warned('an answer was not kept'));
      return body;
    } catch (error) {
      this.failed.set(name, { id, refused: isRefusal(error) });
      await this.free(name, asked).catch(this.warned('a key was not freed'));
      throw error;
    }
  }

  /** Whose request failed while the database was away, too: it is freed when it is asked for again. */
  private async free(name: string, asked: KeyedRequest): Promise<void> {
    const failed = this.failed.get(name);
    if (!failed) return;
    if (failed.refused) await this.repository.forget(asked, failed.id);
    else await this.repository.giveUp(asked, failed.id);
    this.failed.delete(name);
  }

  /** The request is answered all the same; a repeat finds what was made by its id. */
  private warned(what: string): (error: unknown) => void {
    return (error) => this.logger.warn(what, error);
  }

  private seal({ tenantId }: KeyedRequest, rowId: string, body: unknown) {
    return this.vault.seal({ tenantId, rowId }, { body });
  }

  private open({ tenantId }: KeyedRequest, { id, sealed }: Claim & { state: 'answered' }): unknown {
    try {
      return this.vault.open<{ body: unknown }>({ tenantId, rowId: id }, sealed).body;
    } catch (error) {
      if (!(error instanceof UnknownKeyError || error instanceof TamperedError)) throw error;
      this.logger.warn('a first answer does not open', { id }, error);
      throw refused(
        'was answered before, and the answer cannot be read any more: look up what it made',
        409,
        'conflict',
      );
    }
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof HttpException) return error.getStatus() < 500;
  return error instanceof InputError || error instanceof NotFoundError;
}

/** Keeps no process alive. */
function unref(ms: number): Promise<void> {
  return wait(ms, undefined, { ref: false });
}

function refused<Status extends 409 | 422>(message: string, status: Status, code: CodeOf<Status>): InputError {
  return InputError.forField('Idempotency-Key', message, status, code);
}
