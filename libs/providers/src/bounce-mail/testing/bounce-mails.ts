/** Bounces as servers write them, of a message of ours to kate@example.com. */

export const ID = '0198c0de-0000-7000-8000-000000000001';

const OURS = `Return-Path: <news@sender.example>
Received: from worker.sender.example (worker.sender.example [192.0.2.1])
	by mx.sender.example with ESMTP id 1; Thu, 26 Nov 2026 10:00:00 +0000
Message-ID: <${ID}@sender.example>
From: News <news@sender.example>
To: kate@example.com
Subject: Hello

Dear Kate`;

const DAEMON = `From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: news@sender.example
Date: Thu, 26 Nov 2026 10:00:05 +0000
Message-ID: <bounce-1@mx.example.com>`;

/** A report of RFC 3464; `recipient` are the fields of one. */
export function report(recipient: string, words = 'This is the mail system.', copy = OURS): string {
  return `${DAEMON}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status;
	boundary="b1/mx.example.com"

This is a MIME-encapsulated message.

--b1/mx.example.com
Content-Type: text/plain; charset=us-ascii

${words}

--b1/mx.example.com
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0000

${recipient}

--b1/mx.example.com
Content-Type: message/rfc822

${copy}

--b1/mx.example.com--
`;
}

/** A mail that says it in words, with a copy of ours after `separator`. */
export function words(text: string, separator = '------ This is a copy of the message. ------', headers = ''): string {
  return `${DAEMON}
Subject: Mail delivery failed: returning message to sender
${headers}
${text}

${separator}

${OURS}
`;
}

/** A report of RFC 5965. */
export function feedback(fields: string): string {
  return `From: <feedback@mailbox.example>
To: news@sender.example
Subject: FW: Hello
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain

This is an email abuse report.

--b2
Content-Type: message/feedback-report

${fields}
User-Agent: SomeGenerator/1.0
Version: 1

--b2
Content-Type: message/rfc822

${OURS}

--b2--
`;
}

/** A mail that no server wrote because of a failure. */
export function reply(
  subject: string,
  headers = 'Auto-Submitted: auto-replied',
  text = 'I am away until Monday.',
): string {
  return `From: Kate <kate@example.com>
To: news@sender.example
Subject: ${subject}
${headers}
In-Reply-To: <${ID}@sender.example>

${text}
`;
}

/** A receipt of RFC 8098 that a mailbox's server wrote by itself. */
export function receipt(what: string): string {
  return `${DAEMON}
Subject: Automatically rejected mail
Auto-Submitted: auto-replied (rejected)
Content-Type: multipart/report; report-type=disposition-notification; boundary=d

--d
Content-Type: text/plain; charset=utf-8

Your message to <kate@example.com> ${what}

--d
Content-Type: message/disposition-notification

Reporting-UA: mx.example.com; Mail Delivery Agent
Final-Recipient: rfc822; kate@example.com
Original-Message-ID: <${ID}@sender.example>
Disposition: automatic-action/MDN-sent-automatically; deleted

--d
Content-Type: message/rfc822

${OURS}

--d--
`;
}
