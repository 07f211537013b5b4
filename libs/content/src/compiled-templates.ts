import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type CompiledTemplate, compileTemplate } from './compiled-template.js';
import type { TemplateSource } from './template-source.js';

/** How many compiled templates one process keeps: some tens of KB each. */
const MAX_COMPILED = 1_000;

/** Keeps compiled templates by the id of their version; a version never changes, so nothing here grows stale. */
@Injectable()
export class CompiledTemplates {
  private readonly compiled = new LRUCache<string, CompiledTemplate>({ max: MAX_COMPILED });

  has(versionId: string): boolean {
    return this.compiled.has(versionId);
  }

  /** One that `get` has compiled before. @throws when it is not, or no longer, there */
  known(versionId: string): CompiledTemplate {
    const known = this.compiled.get(versionId);
    if (!known) throw new Error(`template version ${versionId} is not compiled`);
    return known;
  }

  /** @throws {InputError} when the source breaks a rule */
  get(version: { id: string } & TemplateSource): CompiledTemplate {
    const known = this.compiled.get(version.id);
    if (known) return known;
    const fresh = compileTemplate(version);
    this.compiled.set(version.id, fresh);
    return fresh;
  }
}
