import { byCode, rowOf } from './by-code.js';

/** Reasons by the codes of Node, and of nodemailer, which has words of its own for some. */
export const NETWORK_FAULTS = byCode<string>(
  ['dns_failed', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EDNS'],
  ['connection_refused', 'ECONNREFUSED'],
  ['timeout', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'EABORT'],
  ['tls_failed', 'ETLS'],
  ['authentication_failed', 'EAUTH'],
  ['protocol_error', 'EPROTOCOL', 'EENVELOPE'],
);

/** How OpenSSL and Node name what is wrong with a certificate or a handshake. */
const TLS_FAULT = /CERT|SSL|TLS|SIGNATURE|EPROTO$/;

/**
 * Gives the reason of a call that broke before anything was handed over.
 *
 * @param cause the code of what happened
 * @param code that of what wraps it, for where the cause says nothing
 */
export function reasonOfNetworkFault(cause: string | undefined, code?: string): string {
  if (cause !== undefined && TLS_FAULT.test(cause)) return 'tls_failed';
  return rowOf(NETWORK_FAULTS, cause) ?? rowOf(NETWORK_FAULTS, code) ?? 'connection_lost';
}
