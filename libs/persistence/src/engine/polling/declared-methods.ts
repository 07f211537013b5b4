import { DiscoveryService, MetadataScanner, type DiscoverableDecorator } from '@nestjs/core';
import { Injectable } from '@nestjs/common';

/** A provider's method, and what its decorator says. */
export interface DeclaredMethod<Options> {
  owner: object;
  method: string;
  options: Options;
}

/** Finds the methods of all providers of the process that have a decorator of DiscoveryService. */
@Injectable()
export class DeclaredMethods {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  with<Options>(decorator: DiscoverableDecorator<Options>): DeclaredMethod<Options>[] {
    const instances = this.discovery.getProviders().map(({ instance }): unknown => instance);
    return [...new Set(instances.filter(isObject))].flatMap((owner) =>
      this.scanner.getAllMethodNames(Object.getPrototypeOf(owner) as object).flatMap((method) => {
        const options = optionsOf<Options>(decorator.KEY, owner, method);
        return options === undefined ? [] : [{ owner, method, options }];
      }),
    );
  }
}

function isObject(instance: unknown): instance is object {
  return typeof instance === 'object' && instance !== null && Object.getPrototypeOf(instance) !== null;
}

function optionsOf<Options>(key: string, owner: object, method: string): Options | undefined {
  const declared = Object.getOwnPropertyDescriptor(prototypeWith(owner, method) ?? {}, method)?.value as unknown;
  return typeof declared === 'function' ? (Reflect.getMetadata(key, declared) as Options | undefined) : undefined;
}

/** Where a method is found; getters are not called on the way. */
function prototypeWith(owner: object, method: string): object | null {
  let prototype = Object.getPrototypeOf(owner) as object | null;
  while (prototype !== null && !Object.hasOwn(prototype, method))
    prototype = Object.getPrototypeOf(prototype) as object | null;
  return prototype;
}
