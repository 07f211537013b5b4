import { Injectable, type OnModuleInit, RequestMethod, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Public } from './public.decorator.js';
import { ScopeOfHandler } from './require-scope.decorator.js';

/** Nest's metadata of a controller and of a route handler. */
const PATH = 'path';
const METHOD = 'method';

/** The API does not boot with a handler that names no scope and is not public, nor with a public one under /v1. */
@Injectable()
export class ScopePolicy implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const open = this.discovery.getControllers().flatMap(({ metatype }) => this.violations(metatype as Type));
    if (open.length > 0) throw new Error(`Handlers without a scope:\n  ${open.join('\n  ')}`);
  }

  private violations(controller: Type): string[] {
    const prototype = controller.prototype as Record<string, () => unknown>;
    const secured = String(Reflect.getMetadata(PATH, controller)).startsWith('v1');
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || !Reflect.hasMetadata(METHOD, handler)) return [];
      const isPublic = this.reflector.get(Public, handler) === true;
      const scope = this.reflector.get(ScopeOfHandler, handler);
      if (isPublic ? !secured : scope !== undefined && secured) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD, handler) as RequestMethod];
      const rule = isPublic ? 'public, but under /v1' : 'needs @RequireScope() and a path under /v1, or @Public()';
      return [`${controller.name}.${name} (${method}): ${rule}`];
    });
  }
}
