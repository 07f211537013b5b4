import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type CompiledTemplate, compileTemplate } from './compiled-template.js';
import type { TemplateSource } from './template-source.js';

/** How many compiled templates one process keeps: some tens of KB each. */
const MAX_COMPILED = 1_000;

/** Of how many versions it is known what they say: some hundred bytes each. */
const MAX_VERSIONS = 50_000;

/**
 * Keeps compiled templates by what they say, and knows versions by their ids: where ten thousand tenants began with the
 * same template, it is compiled once. A version never changes, so nothing here grows stale.
 */
@Injectable()
export class CompiledTemplates {
  private readonly digests = new LRUCache<string, string>({ max: MAX_VERSIONS });
  private readonly compiled = new LRUCache<string, CompiledTemplate>({ max: MAX_COMPILED });

  /** One that `get` has compiled before; undefined when it is not, or no longer, there. */
  known(versionId: string): CompiledTemplate | undefined {
    const digest = this.digests.get(versionId);
    return digest === undefined ? undefined : this.compiled.get(digest);
  }

  /** @throws {InputError} when the source breaks a rule */
  get(version: { id: string } & TemplateSource): CompiledTemplate {
    const known = this.known(version.id);
    if (known) return known;
    const digest = digestOf(version);
    const fresh = this.compiled.get(digest) ?? compileTemplate(version);
    this.compiled.set(digest, fresh);
    this.digests.set(version.id, digest);
    return fresh;
  }
}

/** Hashes all that decides what is rendered. */
function digestOf({ subject, html, text, lenient }: TemplateSource): string {
  const source = JSON.stringify([subject ?? null, html ?? null, text ?? null, lenient ?? false]);
  return createHash('sha256').update(source).digest('base64');
}
