import { Module } from '@nestjs/common';
import { Signer } from './signer.js';
import { Vault } from './vault.js';

/** Secrets at rest and tokens that come back to us. */
@Module({ providers: [Vault, Signer], exports: [Vault, Signer] })
export class CryptoModule {}
