import { Injectable, type OnModuleInit, RequestMethod, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type Access, accessOf } from './access.decorators.js';

/** Nest's metadata of a controller and of a route handler. */
const PATH = 'path';
const METHOD = 'method';

/** The API does not boot with a handler that names no scope and is not public, nor with a public one under /v1. */
@Injectable()
export class ScopePolicy implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const open = this.discovery.getControllers().flatMap(({ metatype }) => this.violations(metatype as Type));
    if (open.length > 0) throw new Error(`Handlers without a scope:\n  ${open.join('\n  ')}`);
  }

  private violations(controller: Type): string[] {
    const prototype = controller.prototype as Record<string, () => unknown>;
    const underV1 = String(Reflect.getMetadata(PATH, controller)).startsWith('v1');
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || !Reflect.hasMetadata(METHOD, handler)) return [];
      const fault = faultOf(accessOf(handler), underV1);
      const method = RequestMethod[Reflect.getMetadata(METHOD, handler) as RequestMethod];
      return fault ? [`${controller.name}.${name} (${method}): ${fault}`] : [];
    });
  }
}

function faultOf(access: Access | undefined, underV1: boolean): string | undefined {
  if (access === 'public') return underV1 ? 'public, but under /v1' : undefined;
  return access && underV1 ? undefined : 'needs @RequireScope() and a path under /v1, or @Public()';
}
