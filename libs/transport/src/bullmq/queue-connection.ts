import type { Job, Queue, Worker, WorkerOptions } from 'bullmq';

/** Describes what a job carries. */
export interface WakeUpJob {
  ids: string[];
}

/** A queue, whatever server it lies on. */
export interface WakeUpQueue extends Pick<Queue<WakeUpJob>, 'addBulk' | 'close' | 'getJobCounts' | 'waitUntilReady'> {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** A worker, whatever server its queue lies on. */
export interface WakeUpWorker extends Pick<Worker<WakeUpJob>, 'close' | 'disconnect' | 'run'> {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export type WakeUpProcessor = (job: Job<WakeUpJob>) => Promise<void>;

/** Options of a worker, but for its connection. */
export type WakeUpWorkerOptions = Omit<WorkerOptions, 'connection'>;

/** One process' connection to the server of its queue: shared by its BullMQ queues and workers, closed after them. */
export interface QueueConnection {
  /** A queue whose commands fail at once while the server is away. */
  queue(name: string): WakeUpQueue;

  /** A worker that waits for the server to come back. */
  worker(name: string, process: WakeUpProcessor, options: WakeUpWorkerOptions): WakeUpWorker;

  /** @throws when the server does not answer */
  ping(): Promise<void>;

  /** Ends soon, whether or not the server still answers. */
  close(): Promise<void>;
}
