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
    const wrappers = new Map(this.discovery.getProviders().map((wrapper) => [wrapper.instance as unknown, wrapper]));
    return [...wrappers].flatMap(([owner, wrapper]) => {
      if (typeof owner !== 'object' || owner === null) return [];
      return this.scanner.getAllMethodNames(Object.getPrototypeOf(owner) as object).flatMap((method) => {
        const options = this.discovery.getMetadataByDecorator(decorator, wrapper, method);
        return options === undefined ? [] : [{ owner, method, options }];
      });
    });
  }
}
