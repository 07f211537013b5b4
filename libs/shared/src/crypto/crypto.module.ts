import { Module } from '@nestjs/common';
import { CallbackAddress } from './callback-address.js';
import { Signer } from './signer.js';
import { Vault } from './vault.js';

/** Secrets at rest and tokens that come back to us. */
@Module({ providers: [Vault, Signer, CallbackAddress], exports: [Vault, Signer, CallbackAddress] })
export class CryptoModule {}
