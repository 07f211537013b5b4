import type { Socket } from 'node:net';

/**
 * A vendor's last word on a message, kept back as long as a test wants: `ScriptedSmtpServer.start({ dot: answers.dot
 * })`.
 */
export class HeldAnswers {
  private held: Socket[] | undefined;

  readonly dot = (socket: Socket): void => {
    if (this.held) this.held.push(socket);
    else answer(socket);
  };

  /** From now on nobody is answered. */
  hold(): void {
    this.held = [];
  }

  /** How many messages lie at the vendor unanswered. */
  get waiting(): number {
    return this.held?.length ?? 0;
  }

  /** Answers all that wait, and whoever comes from now on. */
  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    held.forEach(answer);
  }
}

function answer(socket: Socket): void {
  socket.write('250 2.0.0 taken\r\n');
}
