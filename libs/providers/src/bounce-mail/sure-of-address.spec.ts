import { describe, expect, it } from 'vitest';
import { type BounceFacts, classifyBounce } from './classify-bounce.js';

function suppressOf(facts: Partial<BounceFacts>): string | undefined {
  return classifyBounce({ text: '', recipient: 'kate@example.com', ...facts }).suppress;
}

describe('an address is suppressed', () => {
  it.each(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'])('by the code %s', (code) => {
    expect(suppressOf({ status: code })).toBe('invalid');
    expect(suppressOf({ text: `550 ${code} refused` })).toBe('invalid');
  });

  it.each([
    ['550 Unknown user kate@example.com'],
    ['550 5.2.1 <kate@example.com>... User Unknown'],
    ['550 - Requested action not taken: no such user here'],
    ['550 Empfaenger unbekannt'],
    ['550 5.0.0 kate@example.com... No such user'],
    ['550 5.1.0 <kate@example.com>: User unknown in virtual mailbox table'],
    ['550 5.3.0 <kate@example.com>... Addressee unknown'],
    ['554 5.5.0 mailbox not found'],
    ['553 5.7.1 sorry, no mailbox here by that name (in reply to RCPT TO command)'],
    ['host mx1.hotmail.com[192.0.2.1] said: 550 Requested action not taken: mailbox unavailable'],
    ['550 5.4.1 Recipient address rejected: Access denied. [AM7EUR03FT012]'],
    [
      'after end of data: 550 Message was not accepted -- invalid mailbox. Local mailbox kate@example.com is ' +
        'unavailable: user not found',
    ],
    ['550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 5.1.1 user unknown'],
    ['550 El usuario kate@example.com no existe'],
    ['550 Utente sconosciuto'],
    ['550 Utilisateur inconnu !'],
    ['550 Onbekende gebruiker'],
    ['550 Пользователь не найден'],
    ['550 Nie ma takiego użytkownika'],
    ['550 用户不存在'],
    ['550 존재하지 않는 사용자입니다. 수신자를 찾을 수 없습니다'],
    ['550 mailbox kate does not exist on this server'],
    ['Name service error for name=example.com type=AAAA: Host not found'],
    ['550 5.1.2 <kate@example.com>... Host unknown (Name server: example.com.: host not found)'],
    ["DNS Error: DNS type 'mx' lookup of EXAMPLE.com responded with code NXDOMAIN Domain name not found: example.com"],
    ["Sorry, I couldn't find any host named example.com. (#5.1.2)"],
    ['550 5.4.310 DNS domain example.com does not exist [Message=InfoDomainNonexistent]'],
    ['Domain example.com does not accept mail (nullMX)'],
    ['The domain name example.com does not exist'],
    ['Domain <example.com> has no MX records'],
    ['550 <kate@example.com> does not exist'],
    ['550 There is no mailbox for kate@example.com'],
    ['550 mailbox kate@example.com could not be found'],
    ['550 Unable to find user kate'],
    ['550 We do not have a user by that name'],
    ['550 5.0.0 kate@example.com: unknown'],
    ['550 RCPT TO: <kate@example.com> is not a valid mailbox'],
  ])('by the words: %s', (text) => {
    expect(suppressOf({ text })).toBe('invalid');
  });

  it('of a domain with letters of its own, in whatever spelling it is named', () => {
    const text = 'Name service error for name=xn--bcher-kva.example type=MX: Host not found';
    expect(suppressOf({ text, recipient: 'kate@bücher.example' })).toBe('invalid');
  });

  it('by Hotmail’s words, where the address alone says whose they are', () => {
    const text = '550 Requested action not taken: mailbox unavailable';
    expect(suppressOf({ text, recipient: 'kate@hotmail.com' })).toBe('invalid');
  });

  it('by its own reply, whatever the server says to what follows', () => {
    const text = '550 5.1.1 User unknown 554 5.5.1 Error: no valid recipients 421 4.7.0 too many errors';
    expect(suppressOf({ text })).toBe('invalid');
  });
});

describe('an address is not suppressed', () => {
  it.each([
    ['550 5.7.27 Sender address has null MX'],
    ['550 5.1.20 Multiple From addresses'],
    ['550 5.1.4 ambiguous'],
    ['550 5.1.99 odd'],
    ['550 5.1.7 user unknown'],
    ['550 5.1.8 <news@sender.example>: Sender address rejected: Domain not found'],
    ['550 5.1.1 Sender verify failed'],
    ['550 Verification failed for <news@sender.example> 550 No such user here 550 Sender verify failed'],
    ['553 Sender domain does not exist'],
    ['(reason: 553 SPF fail)'],
    ['553 Relaying disallowed. Invalid Domain - example.com'],
    ['550 Your email address does not exist'],
    ['550 From address does not exist'],
    ['550 Sender account does not exist'],
    ['550 Return-Path address unknown'],
    ['550 invalid reply-to address'],
    ['550 The From header address is invalid'],
    ['550 your sending address is not valid'],
    ['550 Authentication failed: unknown user'],
    ['535 user unknown or bad password'],
    ['550 invalid HELO name'],
    ['550 EHLO: no such host'],
  ])('for what is said of us: %s', (text) => {
    expect(suppressOf({ text, status: '5.1.1' })).toBeUndefined();
    expect(suppressOf({ text })).toBeUndefined();
  });

  it.each([
    ['550 El dominio del remitente no existe'],
    ['554 5.5.1 Error: no valid recipients'],
    ['550 invalid client address'],
    ['535 invalid login'],
    ['551 5.3.0 kate@example.com'],
    ['521 Go away'],
    ['550 kate@example.com'],
    ['551 User not local; please try <bob@example.org>'],
    ['553 kate'],
    ['554 no'],
    ['556 no'],
    ['550 Requested action not taken: mailbox unavailable'],
    ['550 The account or domain may not exist, or may be blacklisted'],
    ['Please take action on incorrect addresses. 554 Message looping'],
  ])('for what says nothing: %s', (text) => {
    expect(suppressOf({ text })).toBeUndefined();
  });

  it.each([
    ['550 5.7.1 Rejected', '5.1.1', 'policy_rejected'],
    ['550 5.7.1 <kate@example.com>: Recipient address rejected: Access denied', '5.1.1', 'policy_rejected'],
    ['550 5.7.0 not today', '5.1.1', 'recipient_refused'],
    ['550 5.6.0 not today', '5.1.1', 'content_rejected'],
    ['554 5.4.14 not today', '5.1.1', 'network_error'],
    ['550 5.4.6 user unknown', undefined, 'recipient_refused'],
    ['550 user unknown', '5.7.1', 'recipient_refused'],
  ])('under a code of another matter: %s beside %s', (text, status, reason) => {
    const verdict = classifyBounce({ text, status, recipient: 'kate@example.com' });
    expect(verdict.suppress).toBeUndefined();
    expect(verdict.reason).toBe(reason);
  });

  it.each([
    ['Host or domain name not found. Name service error for name=relay.mycompany.internal type=A: Host not found'],
    ['550 5.1.2 <kate@example.com>... Host unknown (Name server: relay.mycompany.internal: host not found)'],
    ["Sorry, I couldn't find any host named relay.example.net. (#5.1.2)"],
    ['<kate@example.com>: unable to resolve relay.example.net: host not found'],
    ['550 relay.example.net: Host unknown'],
    ['Host or domain name not found: cannot look up relay.example.net for kate@example.com'],
    ['550 Host unknown'],
    ['550 no MX record found for sender.example'],
    ['The domain name sender.example does not exist'],
  ])('for another host’s DNS: %s', (text) => {
    expect(suppressOf({ text })).toBeUndefined();
    expect(suppressOf({ text, status: '5.4.4' })).toBeUndefined();
  });

  it.each(['Host not found, try again', 'Server failure'])('for DNS that has no answer now: %s', (answer) => {
    const text = `Host or domain name not found. Name service error for name=example.com type=MX: ${answer}`;
    expect(suppressOf({ text })).toBeUndefined();
  });

  it('for words of another server around it about the sender', () => {
    const around = '<kate@example.com> (reason: 553 Sender Policy Framework (SPF) fail) 550 5.1.1 User unknown';
    expect(suppressOf({ status: '5.1.1', around })).toBeUndefined();
  });

  it('after the message', () => {
    const around = '>>> RCPT To:<kate@example.com> <<< 250 ok >>> DATA <<< 550 Unknown user kate@example.com';
    expect(suppressOf({ text: '550 Unknown user kate@example.com', around })).toBeUndefined();
  });
});
